import type { ProducerError } from './producer-error.ts'

/** Where the producer is. */
export type State =
  /** Not started. */
  | { kind: 'idle' }
  /** Asks for a token, opens the socket, identifies itself. */
  | { kind: 'connecting' }
  | { kind: 'live'; since: number }
  /** Connects again at `until` (epoch ms); `code`: of the close, where there was a socket. */
  | { kind: 'waiting'; until: number; reason: string; code?: number }
  /** Closed by the app, or for good: the error says what to mend. What is not sent stays in the buffer. */
  | { kind: 'stopped'; error?: ProducerError }
