/** Why the producer stopped, and what to mend. `code`: the close code, where the server said so. */
export class ProducerError extends Error {
  readonly code: number | undefined
  constructor(message: string, code?: number) {
    super(message)
    this.name = 'ProducerError'
    this.code = code
  }
}

export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
