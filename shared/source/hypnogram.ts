import { SLEEP_LEVEL, type SleepLevel } from '../schema/enums.ts'
import type { Numeric } from './numbers.ts'
import { oncePerRecord } from './once.ts'
import type { Context, Reader } from './reader.ts'
import type { Span, Spans } from './stages.ts'
import { isoText } from './wall-clock.ts'

/** What spans of a sleep are in the schema: a hypnogram, and the totals that follow from it exactly. */
export interface Hypnogram {
  /** A sample where each span begins; where nothing is known up to the next, one of level 0. */
  samples: Reader<{ timestamp: string; level: SleepLevel }[]>
  /** Seconds in one of the levels. Only where there are spans; 0 where none of them is of the level. */
  seconds: (...levels: SleepLevel[]) => Numeric
  /** How many times a level was come to, spans that follow each other without a gap being one. */
  episodes: (...levels: SleepLevel[]) => Numeric
  deep: Numeric
  light: Numeric
  rem: Numeric
  awake: Numeric
  /** Asleep of any kind. */
  asleep: Numeric
}

/**
 * The hypnogram of one or several readers of spans. Where spans overlap, those of a later reader are on top (short wakes
 * spliced into longer stages; stages over a phone's "in bed"), and of one reader those that begin later: what they cut
 * goes on after them. `same: 'joined'`: spans of one level that touch are told as one (one entry per minute).
 */
export function hypnogram(layers: Spans | Spans[], { same = 'kept' }: { same?: 'kept' | 'joined' } = {}): Hypnogram {
  const all = [layers].flat()
  const from = all.flatMap(({ from }) => from)
  const pieces = oncePerRecord((item, context): Span[] | undefined => {
    const found = all.map(({ read }) => read(item, context))
    if (found.every((spans) => spans === undefined)) return undefined
    const flat = flatten(found.map((spans) => spans ?? []))
    return same === 'joined' ? joinSame(flat) : flat
  })
  const numeric = (of: (pieces: Span[]) => number): Numeric => ({
    from,
    read: (item, context) => {
      const found = pieces(item, context)
      return found && found.length > 0 ? of(found) : undefined
    },
  })
  const seconds = (...levels: SleepLevel[]) =>
    numeric(
      (spans) =>
        spans.reduce((sum, span) => sum + (levels.includes(span.level) ? span.endAt - span.startAt : 0), 0) / 1000,
    )
  const { awake, sleeping, light_sleep, deep_sleep, rem_sleep } = SLEEP_LEVEL
  return {
    samples: {
      from,
      gives: ['timestamp', 'level'],
      read: (item, context) => samplesOf(pieces(item, context) ?? [], context),
    },
    seconds,
    episodes: (...levels) =>
      numeric(
        (spans) =>
          joinSame(spans.map((span) => ({ ...span, level: levels.includes(span.level) ? 1 : 0 }))).filter(
            ({ level }) => level === 1,
          ).length,
      ),
    deep: seconds(deep_sleep),
    light: seconds(light_sleep),
    rem: seconds(rem_sleep),
    awake: seconds(awake),
    asleep: seconds(sleeping, light_sleep, deep_sleep, rem_sleep),
  }
}

/** Layers of spans as one row without overlap, in order. */
export function flatten(layers: Span[][]): Span[] {
  const spans = layers.flatMap((layer) =>
    layer.filter(({ startAt, endAt }) => endAt > startAt).sort((a, b) => a.startAt - b.startAt || b.endAt - a.endAt),
  )
  const rank = new Map(spans.map((span, i) => [span, i]))
  const byStart = [...spans].sort((a, b) => a.startAt - b.startAt)
  const edges = [...new Set(spans.flatMap(({ startAt, endAt }) => [startAt, endAt]))].sort((a, b) => a - b)
  const row: (Span & { of: Span })[] = []
  let open: Span[] = []
  let next = 0
  for (let i = 0; i + 1 < edges.length; i++) {
    const [startAt, endAt] = [edges[i]!, edges[i + 1]!]
    open = open.filter((span) => span.endAt > startAt)
    while (next < byStart.length && byStart[next]!.startAt <= startAt) open.push(byStart[next++]!)
    if (open.length === 0) continue
    const top = open.reduce((a, b) => (rank.get(b)! > rank.get(a)! ? b : a))
    const last = row.at(-1)
    if (last && last.of === top && last.endAt === startAt) last.endAt = endAt
    else row.push({ startAt, endAt, level: top.level, of: top })
  }
  return row.map(({ startAt, endAt, level }) => ({ startAt, endAt, level }))
}
function joinSame(spans: Span[]): Span[] {
  const joined: Span[] = []
  for (const span of spans) {
    const last = joined.at(-1)
    if (last && last.level === span.level && last.endAt === span.startAt) last.endAt = span.endAt
    else joined.push({ ...span })
  }
  return joined
}

function samplesOf(spans: Span[], { frame }: Context): { timestamp: string; level: SleepLevel }[] | undefined {
  const samples: { timestamp: string; level: SleepLevel }[] = []
  spans.forEach(({ startAt, endAt, level }, i) => {
    samples.push({ timestamp: isoText(startAt, frame.offset), level })
    // A level holds until the next sample: what nothing is known of must not look like it.
    const nextAt = spans[i + 1]?.startAt ?? frame.endAt
    if (nextAt > endAt) samples.push({ timestamp: isoText(endAt, frame.offset), level: 0 })
  })
  return samples.length > 0 ? samples : undefined
}

/**
 * Totals as far as the source has told stages: one that tells only that somebody slept does not say that there was no deep
 * sleep, and one that tells only the time in bed does not say that nobody slept.
 */
export function totalsOf(night: Hypnogram) {
  const { awake, sleeping, out_of_bed, light_sleep, deep_sleep, rem_sleep } = SLEEP_LEVEL
  const inStages = night.seconds(light_sleep, deep_sleep, rem_sleep)
  const inAny = night.seconds(sleeping, light_sleep, deep_sleep, rem_sleep)
  const where = (told: Numeric, of: Numeric): Numeric => ({
    from: of.from,
    read: (item, context) => {
      const found = of.read(item, context)
      return found === 0 && !told.read(item, context) ? undefined : found
    },
  })
  return {
    asleep: {
      duration_asleep_state_seconds: where(inAny, night.asleep),
      duration_deep_sleep_state_seconds: where(inStages, night.deep),
      duration_light_sleep_state_seconds: where(inStages, night.light),
      duration_REM_sleep_state_seconds: where(inStages, night.rem),
      num_REM_events: where(inStages, night.episodes(rem_sleep)),
    },
    awake: {
      duration_awake_state_seconds: where(inStages, night.awake),
      num_wakeup_events: where(inStages, night.episodes(awake, out_of_bed)),
    },
  }
}
