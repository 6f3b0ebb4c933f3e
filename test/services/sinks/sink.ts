import type { FrontTrouble } from '../front.ts'

/** One record, or one event that has none, as it is read back from where it landed. */
export interface Landed {
  type: string
  user: string
  /** Place in the user's order, as the destination tells it. */
  seq: number
  summary_id?: string
  deleted: boolean
  /** Absent in deletions and in events about the connection. */
  record?: Record<string, unknown>
}

/** Where events land, and what can happen there. */
export interface Sink {
  name: string
  /** As `POST /v2/destinations` takes it. */
  destination: {
    type: string
    settings: Record<string, unknown>
    secrets: Record<string, unknown>
    delivery?: Record<string, unknown>
  }
  /** After the destination was saved: what is needed to watch it. */
  watch?: () => Promise<void>
  /** What arrived since it was last asked, in the order in which it arrived, read by the system's own client. */
  arrivals: () => Promise<Landed[]>
  /** Records that are there again, told by their id; `arrivals` leaves them out. */
  repeated?: () => number
  /** The network and the server are well again, whatever was meant to happen. */
  mend: () => void
  troubles: Partial<Record<TroubleName, Trouble>>
}

export const TROUBLES = {
  killed: 'its server dies in the middle of a batch, and comes again',
  cut: 'the connection is cut when all is done, before the answer',
  refused: 'answers are failures: deadlocks and serialization failures, 500 after it was done',
  late: 'answers come late, and requests twice',
  revoked: 'its credentials are revoked, and given back',
} as const
export type TroubleName = keyof typeof TROUBLES

/** Brings it about while events come in, and mends it. → how often it struck */
export type Trouble = () => Promise<number>

export const PATIENCE_MS = 20_000
/** Waits for a condition. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, patienceMs = PATIENCE_MS) {
  const end = Date.now() + patienceMs
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${patienceMs} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export const TIMES = 3
/** The next requests that are meant go wrong, TIMES of them. → how many did */
export async function troubled(
  behaves: (how: (request: { target: string; method: string }) => FrontTrouble) => void,
  meant: (request: { target: string; method: string }) => boolean,
  trouble: FrontTrouble,
): Promise<number> {
  let times = 0
  behaves((request) => (meant(request) && times < TIMES && ++times > 0 ? trouble : { kind: 'none' }))
  await until(() => times >= TIMES, `${TIMES} requests`)
  behaves(() => ({ kind: 'none' }))
  return times
}
