/** What one socket of a producer said: samples `first` to `sent`, of which those up to `acked` were said to be stored. */
export interface Session {
  first: number
  sent: number
  acked: number
}
/** A producer and all that it said; its samples have the numbers 1, 2, 3 and so on, each in one session only. */
export interface Said {
  name: string
  user: string
  type: string
  sessions: Session[]
}
/** One DISPATCH. */
export interface Got {
  seq: number
  uid: string
  type: string
  producer: string
  k: number
  good: boolean
  /** When it was, as the sample itself says. */
  ts: string
}
/** A consumer and all that it heard, in the order in which it takes it. */
export interface Heard {
  name: string
  sees: (said: Said) => boolean
  got: Got[]
}

export interface StreamJudgement {
  /** Distinct samples at all consumers. */
  heard: number
  /** Said to be stored, or before one that was heard on the same socket, and not heard. */
  lost: number
  duplicated: number
  /** A sample of a producer after a later one of theirs, or a `seq` that does not rise. */
  reordered: number
  /** Never sent, or of somebody whom the consumer does not look at. */
  phantom: number
  corrupted: number
  /** One `seq` that is one sample here and another there. */
  disagreed: number
}
export const CLEAN = { lost: 0, duplicated: 0, reordered: 0, phantom: 0, corrupted: 0, disagreed: 0 }

/** Reads nothing but what both sides wrote down. */
export function judgeStreams(producers: Said[], consumers: Heard[]): StreamJudgement {
  const judgement: StreamJudgement = { heard: 0, ...CLEAN }
  const known = new Map(producers.map((said) => [said.name, said]))
  const meaning = new Map<number, string>()
  for (const { sees, got } of consumers) {
    const newest = new Map<string, number>()
    const seen = new Map<string, Set<number>>()
    let seq = 0
    for (const one of got) {
      const said = known.get(one.producer)
      if (!said || !sees(said) || one.k < 1 || one.k > sentBy(said)) judgement.phantom++
      if (!one.good || (said && (one.uid !== said.user || one.type !== said.type))) judgement.corrupted++
      const sample = `${one.producer} ${one.k}`
      if ((meaning.get(one.seq) ?? sample) !== sample) judgement.disagreed++
      meaning.set(one.seq, sample)
      const before = seen.get(one.producer) ?? new Set()
      seen.set(one.producer, before)
      if (before.has(one.k)) judgement.duplicated++
      else if (one.seq <= seq || one.k < (newest.get(one.producer) ?? 0)) judgement.reordered++
      before.add(one.k)
      seq = one.seq
      newest.set(one.producer, one.k)
    }
    for (const said of producers.filter(sees)) {
      const mine = seen.get(said.name) ?? new Set()
      judgement.heard += mine.size
      for (const session of said.sessions) judgement.lost += gaps(session, mine)
    }
  }
  return judgement
}

const sentBy = ({ sessions }: Said): number => sessions.at(-1)?.sent ?? 0

/** What a socket says is stored in its order: whatever of it was heard, nothing before it is missing. */
function gaps({ first, sent, acked }: Session, heard: Set<number>): number {
  let end = acked
  for (let k = sent; k > end; k--) if (heard.has(k)) end = k
  let missing = 0
  for (let k = first; k <= end; k++) if (!heard.has(k)) missing++
  return missing
}
