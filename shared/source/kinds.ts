import { sha256 } from '../base/hash.ts'
import type { Clock } from './clocks.ts'
import { type Gather, type Gathered, type RecordMap, type ResourceMap, resource } from './map.ts'
import { type Context, fromOf, goTo, type Item, reading, Unreadable } from './reader.ts'
import { preferring, superseded } from './sources.ts'
import { localDay } from './wall-clock.ts'

/**
 * Stores on phones give readings one by one, each of a kind: `{"type": "StepCount", "value": 66, "startDate": …}`. They
 * become one item per local day, `{first, batch, kinds: {StepCount: [...]}}`, each list in order of time.
 */
export interface Kinds {
  /** Where a reading names its kind; `prefix`: what of the name is left out; `otherwise`: the kind of those without a name. */
  kind: string
  prefix?: RegExp
  otherwise?: string
  start: Clock
  end: Clock
  /** Kinds for which the schema has no place: reason → names. Others that no record reads are reported. */
  leftOut: Readonly<Record<string, string>>
  /** Kinds that are counts over a span: of what several sources tell of one time the best source's counts, never the sum. */
  counted: { kinds: readonly string[]; source: (item: Item) => string; order: readonly RegExp[] }
  /** A reading's own name, and its version: of those that a batch tells twice the newest counts, and the last of equal ones. */
  id: string
  version?: string
  /** Where a reading stands in its item (`record`); or what makes readings of an item that holds several. */
  within?: string
  unfold?: (item: Item) => Item[]
}
interface Reading {
  item: Item
  index: number
  kind: string
  startAt: number
  day: number
}

export const kindsResource = (
  items: string,
  records: RecordMap[],
  of: Kinds,
  { single = false }: { single?: boolean } = {},
): ResourceMap => {
  const gather = gatherKinds(of, new Set(records.flatMap(kindsRead)))
  return resource(items, records.map(onlyWithReadings), { single, gather })
}
/** Kinds that a record reads: `kinds.NAME.…` */
export const kindsRead = ({ compiled, options }: RecordMap): string[] => [
  ...new Set([...compiled.from, options.each ?? ''].flatMap((path) => /^kinds\.([^.*]+)/.exec(path)?.[1] ?? [])),
]
/** What the day says beside its readings, such as the device, makes no record. */
function onlyWithReadings(record: RecordMap): RecordMap {
  if (record.options.each !== undefined) return record
  const kinds = kindsRead(record)
  return { ...record, options: { ...record.options, when: (item) => kinds.some((kind) => kind in item.kinds) } }
}

function gatherKinds(of: Kinds, read: Set<string>): Gather {
  const [kindAt, idAt] = [goTo(of.kind), goTo(of.id)]
  const leftOut = new Set(Object.values(of.leftOut).flatMap((names) => names.split(' ')))
  const better = preferring({ ...of.counted, start: of.start, end: of.end }, (items) => [
    { slices: items, indexes: items.map((_, index) => index) },
  ])
  const readingOf = (item: Item, index: number, context: Context): Reading | undefined => {
    const kind = String(kindAt(item, context) ?? of.otherwise ?? '').replace(of.prefix ?? '', '')
    if (!read.has(kind)) {
      if (leftOut.has(kind)) return undefined
      throw new Unreadable(of.kind, `${of.kind} is a kind of reading that is not known`)
    }
    const start = of.start.read(item, context)
    if (!start) throw new Unreadable(of.start.from[0]!, `${of.start.from[0]} is missing`)
    return { item, index, kind, startAt: start.at, day: localDay(start.at, start.offset) }
  }
  const innerAt = goTo(of.within ?? '')
  const gather: Gather = (items, report, context) => {
    const byKind = new Map<string, Reading[]>()
    const all = items.flatMap((outer, index) =>
      (of.unfold?.(outer) ?? [innerAt(outer)]).map((item) => ({ item, index })),
    )
    const old = superseded(
      all.map(({ item }) => item),
      { id: of.id, version: of.version ?? of.id },
    )
    for (const [i, { item, index }] of all.entries())
      try {
        const found = old.has(i) ? undefined : readingOf(item, index, context)
        if (!found) continue
        const others = byKind.get(found.kind)
        if (others) others.push(found)
        else byKind.set(found.kind, [found])
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error
        report(index, error)
      }
    for (const kind of of.counted.kinds) {
      const all = byKind.get(kind)
      const best =
        all &&
        better(
          all.map(({ item }) => item),
          report,
          context,
        )[0]
      if (best)
        byKind.set(
          kind,
          best.indexes.map((index) => all[index]!),
        )
    }
    return daysOf(byKind, (reading) => idAt(reading.item, context))
  }
  gather.placed = placing(of)
  const own = [of.kind, of.id, ...(of.version === undefined ? [] : [of.version]), ...fromOf(of.counted.source)]
  return reading([...own.flatMap(gather.placed), ...fromOf(of.unfold)], gather)
}
/** `kinds.NAME.*.value` and `first.value` are the value of a reading; of one that was unfolded, what unfolds it says what it reads. */
const placing =
  (of: Kinds) =>
  (path: string): string[] => {
    if (/^[@^/]/.test(path)) return [path]
    if (of.unfold) return []
    return path
      .split('|')
      .map((one) => one.replace(/^(?:kinds\.[^.]+\.(?:\*|\d+|length)|first)(?:\.|$)/, ''))
      .filter((inner) => inner !== '' && inner !== 'batch')
      .map((inner) => (of.within === undefined ? inner : `${of.within}.${inner}`))
  }

function daysOf(byKind: Map<string, Reading[]>, nameOf: (reading: Reading) => unknown): Gathered[] {
  const days = new Map<number, { kinds: Record<string, Item[]>; readings: Map<string, Reading[]>; first: Reading }>()
  for (const [kind, readings] of byKind)
    for (const reading of readings.sort((a, b) => a.startAt - b.startAt)) {
      let day = days.get(reading.day)
      if (!day) {
        day = { kinds: {}, readings: new Map(), first: reading }
        days.set(reading.day, day)
      }
      if (reading.startAt < day.first.startAt) day.first = reading
      const list = day.readings.get(kind)
      if (list) list.push(reading)
      else day.readings.set(kind, [reading])
      day.kinds[kind] ??= []
      day.kinds[kind].push(reading.item)
    }
  return [...days.values()].map(({ kinds, readings, first }) => {
    const all = [...readings.values()].flat()
    const names = all.map((reading) => nameOf(reading) ?? `${reading.kind}/${reading.startAt}`)
    return {
      slices: all.map(({ item }) => item),
      indexes: all.map(({ index }) => index),
      kinds,
      first: first.item,
      // The same readings are the same part of the day's record, others are another part.
      batch: sha256(names.join('\n')).slice(0, 12),
      origin: (path: string) =>
        path.replace(/^kinds\/([^/]+)\/(\d+)/, (_, kind, i) => String(readings.get(kind)?.[i]?.index)),
    }
  })
}
