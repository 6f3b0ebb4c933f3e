import { type Account, call, newAccount, newConnection } from '../house.ts'
import type { Live } from './live.ts'

/** A developer with a user who streams. */
export async function stage() {
  const account = await newAccount()
  const user = await newConnection(account)
  return { account, user }
}
export const beat = (n: number, t = 'HEART_RATE') => ({ op: 6, t, d: { ts: '2026-11-27T08:00:00+01:00', val: n } })
export const values = (live: Live) => live.dispatched().map(({ d }) => d.val)
export const seqs = (live: Live) => live.dispatched().map(({ seq }) => seq)
export const upTo = (most: number, from = 1) => Array.from({ length: most - from + 1 }, (_, i) => from + i)

/** Fulfilled when all that it submitted is stored. */
export async function stored(producer: Live): Promise<void> {
  const acks = () => producer.received.filter(({ op }) => op === 1).length
  const before = acks()
  producer.send({ op: 0 })
  await producer.until(() => acks() > before || producer.closed !== undefined)
  if (producer.closed) throw new Error(`the producer was closed: ${JSON.stringify(producer.closed)}`)
}

export interface Status {
  producers: number
  consumers: { consumer_id: string; kind: string; filter: object }[]
  retained: { from_seq: number | null; to_seq: number; bytes: number; dropped: { frames: number } | null }
}
export async function statusOf({ headers }: Account): Promise<Status> {
  return (await call('/v2/stream/status', { headers })).json()
}
export async function presenceOf({ headers }: Account): Promise<{ user_id: string; live: boolean }[]> {
  return ((await (await call('/v2/stream/presence', { headers })).json()) as { users: [] }).users
}

/** A reader of the stream as events. */
export async function readEvents({ headers }: Account, query = '', more: Record<string, string> = {}) {
  const answer = await call(`/v2/stream${query}`, { headers: { ...headers, ...more } })
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
  const reader = answer.body!.getReader()
  const decoder = new TextDecoder()
  let text = ''
  return {
    /** Reads on until the pattern is there. → all that has come */
    async until(pattern: RegExp): Promise<string> {
      while (!pattern.test(text)) {
        const { value, done } = await reader.read()
        if (done) throw new Error(`the events ended before ${pattern}`)
        text += decoder.decode(value, { stream: true })
      }
      return text
    },
    end: () => reader.cancel(),
  }
}
