/** Calm lines; colours only where a person looks. */
export interface Screen {
  /** One step of the start: shown while it runs, with its time when it is done. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>
  line(text?: string): void
  dim(text: string): string
  bold(text: string): string
  good(text: string): string
  bad(text: string): string
}

type Stream = { isTTY?: boolean; write(text: string): unknown }

export function screen(lines: Stream, steps: Stream, env = process.env): Screen {
  const colour = (stream: Stream) => Boolean(stream.isTTY) && !env.NO_COLOR
  const paint = (code: string) => (text: string) => (colour(lines) ? `\x1b[${code}m${text}\x1b[0m` : text)
  const moving = Boolean(steps.isTTY)
  const mark = (sign: string, code: string) => (colour(steps) ? `\x1b[${code}m${sign}\x1b[0m` : sign)
  return {
    async step(name, work) {
      const startedAt = performance.now()
      if (moving) steps.write(`  ${mark('·', '2')} ${name}`)
      else steps.write(`  ${name} …\n`)
      const end = (sign: string) => {
        const took = ((performance.now() - startedAt) / 1000).toFixed(1)
        if (moving) steps.write(`\r\x1b[2K  ${sign} ${name} ${took} s\n`)
      }
      try {
        const result = await work()
        end(mark('✓', '32'))
        return result
      } catch (error) {
        end(mark('✗', '31'))
        throw error
      }
    },
    line: (text = '') => void lines.write(`${text}\n`),
    dim: paint('2'),
    bold: paint('1'),
    good: paint('32'),
    bad: paint('31'),
  }
}
