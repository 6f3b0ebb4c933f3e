import { concat, text, utf8 } from '../../shared/base/bytes.ts'
import type { Attempt } from '../../shared/delivery/types.ts'
import type { Destination } from './destinations.ts'

const NOTHING_WRITTEN = [0, 0] as const
interface Tail {
  written: readonly [from: number, to: number]
  taken?: [day: number, pairs: number[]][]
  untold?: [from: number, toldAt: number]
  attempts: Attempt[]
}
/**
 * Cursor, the highest seq sent per connection, what was taken lately and the last attempts: one row, whatever the number of
 * connections.
 */
export function packCursor({ state, attempts, taken, untold }: Destination): Uint8Array<ArrayBuffer> {
  const numbers = new Float64Array(3 + 2 * state.sent.size)
  numbers.set([state.cursor, state.careful ? 1 : 0, state.sent.size])
  let at = 3
  for (const [connection, seq] of state.sent) {
    numbers[at++] = connection
    numbers[at++] = seq
  }
  return concat(
    new Uint8Array(numbers.buffer),
    utf8(
      `{"written":[${state.writtenFrom},${state.writtenTo}],"taken":${JSON.stringify([...taken])},"untold":[${untold.from},${untold.toldAt}],"attempts":[${attempts.join(',')}]}`,
    ),
  )
}
export function unpackCursor(destination: Destination | undefined, packed: Uint8Array): void {
  if (!destination) return
  const bytes = packed.slice()
  const [cursor, careful, size] = new Float64Array(bytes.buffer, 0, 3)
  const numbers = new Float64Array(bytes.buffer, 24, 2 * size!)
  destination.state.cursor = cursor!
  destination.state.careful = careful === 1
  for (let i = 0; i < numbers.length; i += 2) destination.state.sent.set(numbers[i]!, numbers[i + 1]!)
  const tail = JSON.parse(text(bytes.subarray(24 + 16 * size!))) as Attempt[] | Tail
  // Rows of before had the attempts alone.
  const before = { written: NOTHING_WRITTEN, attempts: tail as Attempt[] }
  const { written, taken = [], untold: [from, toldAt] = [0, 0], attempts }: Tail = Array.isArray(tail) ? before : tail
  destination.untold = { from, toldAt }
  Object.assign(destination.state, { writtenFrom: written[0], writtenTo: written[1] })
  for (const [day, pairs] of taken) destination.taken.set(day, pairs)
  destination.attempts = attempts.map((attempt) => JSON.stringify(attempt))
}

/** Connections with a seq each. */
export function packPairs(seqs: Map<number, number>): Uint8Array<ArrayBuffer> {
  const numbers = new Float64Array(2 * seqs.size)
  let at = 0
  for (const [connection, seq] of seqs) {
    numbers[at++] = connection
    numbers[at++] = seq
  }
  return new Uint8Array(numbers.buffer)
}
export function* unpackPairs(packed: ArrayBuffer): Generator<[connection: number, seq: number]> {
  const numbers = new Float64Array(packed)
  for (let i = 0; i < numbers.length; i += 2) yield [numbers[i]!, numbers[i + 1]!]
}
