import { NATURAL_KEY } from '../schema/data-types.ts'
import { placeRecord, readMapped } from '../source/make-record.ts'
import type { RecordMap } from '../source/map.ts'
import { day, type Place, profile, session } from '../source/places.ts'
import { type Context, goTo, type Item, pointer, reading, Unreadable } from '../source/reader.ts'
import { compile } from '../source/tree.ts'
import type { RecordDraft } from './compiled.ts'
import { contractClock, contractZone, type TimeRules } from './contract-clock.ts'
import type { Condition, ContractPlace, MappingRule } from './document.ts'
import type { Reading } from './field-reader.ts'
import { treeOf } from './field-tree.ts'
import { kindOf, MOST_PROBLEMS, type RecordProblem } from './problem.ts'
import { targetsOf } from './reader-table.ts'

/** Reads a record by the rules of a contract: what becomes of it, or why it cannot be read. */
export type ReadItem = (item: Item) => { drafts: RecordDraft[]; problems: RecordProblem[] }

/** The rules of a mapping as maps of the provider kit. */
export function mappingReader(rules: readonly MappingRule[], shared: Reading): ReadItem {
  const maps = rules.map((rule, i) => mapOf(rule, `/mapping/rules/${i}`, shared))
  return (item) => {
    const drafts: RecordDraft[] = []
    const problems: RecordProblem[] = []
    const context = contextOf(item, (path, reason) => problems.push(unread(item, path, reason)))
    for (const map of maps) {
      try {
        readRule(map, item, context, drafts)
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error
        problems.push(unread(item, pointer(error.path), error.message))
      }
    }
    if (drafts.length === 0 && problems.length === 0)
      problems.push({
        ...unread(item, '', 'no rule of the contract’s mapping reads anything of the record'),
        rule: 'no_rule',
      })
    return { drafts, problems: problems.slice(0, MOST_PROBLEMS) }
  }
}
const contextOf = (page: Item, report: Context['report']): Context => ({
  page,
  carried: undefined,
  parent: undefined,
  frame: { startAt: 0, endAt: 0, offset: undefined, utc: false, baseAt: 0, key: '' },
  report,
})

function readRule(map: RecordMap, item: Item, context: Context, drafts: RecordDraft[]): void {
  const { each } = map.options
  context.parent = undefined
  if (each === undefined) {
    readOne(map, item, context, drafts)
    return
  }
  const inner = goTo(each)(item)
  if (inner === undefined) return
  if (!Array.isArray(inner)) throw new Unreadable(each, `${each} should be a list`)
  context.parent = item
  for (let i = 0; i < inner.length; i++)
    try {
      readOne(map, inner[i], context, drafts)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      throw new Unreadable(`${pointer(each)}/${i}/${pointer(error.path)}`, error.message)
    }
}
function readOne(map: RecordMap, item: Item, context: Context, drafts: RecordDraft[]): void {
  const { type, place, options } = map
  if (options.gone?.(item, context)) {
    const key = place.key?.(item, context)
    if (key === undefined) throw new Unreadable('', 'the record says that it is gone, but not which one it is')
    drafts.push({ type, key, data: undefined, startAt: 0, endAt: 0 })
    return
  }
  const found = readMapped(map, item, context)
  if (!found) return
  const { startAt, endAt, key, slice } = found.frame
  // Its id is of its connection, and comes with that.
  placeRecord(type, found.frame, found.read, '')
  drafts.push({ type, key, ...(slice !== undefined && { slice }), data: found.read, startAt, endAt })
}
function unread(item: Item, path: string, reason: string): RecordProblem {
  const at = path === '' ? '' : `/${path}`
  const value = goTo(path.replaceAll('/', '.'))(item)
  return {
    pointer: at,
    rule: 'mapping',
    expected: 'what the contract’s mapping reads',
    kind: kindOf(value),
    message: reason,
  }
}

function mapOf(rule: MappingRule, at: string, shared: Reading): RecordMap {
  const { type, place, fields, each } = rule
  const tree = treeOf(targetsOf(type), fields, `${at}/fields`, shared)
  const options: RecordMap['options'] = {
    ...(rule.when && { when: condition(rule.when) }),
    ...(rule.gone && { gone: condition(rule.gone) }),
    ...(each !== undefined && { each }),
  }
  return { type, place: placeOf(rule, place, at, shared), compiled: compile(tree), options }
}
function condition(of: Condition): (item: Item, context: Context) => boolean {
  const at = goTo(of.path)
  if ('exists' in of) return reading([of.path], (item, context) => (at(item, context) !== undefined) === of.exists)
  const wanted = new Set<unknown>(of.is)
  return reading([of.path], (item, context) => wanted.has(at(item, context)))
}

const PLACES = { summary_id: 'session', day: 'day', connection: 'profile' } as const
function placeOf({ type }: MappingRule, place: ContractPlace, at: string, { rules, wrong }: Reading): Place {
  const wanted = PLACES[NATURAL_KEY[type]]
  if (!(wanted in place)) wrong(`${at}/place`, `should be "${wanted}": that is what a record of ${type} is`)
  if ('profile' in place) return profile
  if ('session' in place) return sessionOf(place.session, rules, (message) => wrong(`${at}/place/session`, message))
  const { date, moment, zone } = place.day
  const say = (message: string) => wrong(`${at}/place/day`, message)
  if (date === undefined && moment === undefined) say('tells no day: give "date" or "moment"')
  const clock = moment && contractClock(moment, rules, say)
  const where = clock && zone === undefined ? undefined : contractZone(zone, rules, say)
  return day({
    ...(date !== undefined && { date }),
    ...(clock && { moment: clock }),
    ...(where && { zone: where }),
    // Readings of a day that come one by one are parts of one record; a record that is a day’s is the whole of it.
    ...(clock && date === undefined && { slices: true }),
  })
}
type SessionPlace = Extract<ContractPlace, { session: unknown }>['session']
function sessionOf(
  { id, keys, start, end, seconds }: SessionPlace,
  rules: TimeRules,
  say: (message: string) => void,
): Place {
  if (end === undefined && seconds === undefined) say('has no end: give "end", or its length in "seconds"')
  return session({
    ...(id !== undefined && { id }),
    ...(keys && { keys }),
    start: contractClock(start, rules, say),
    ...(end && { end: contractClock(end, rules, say) }),
    ...(seconds !== undefined && { seconds }),
  })
}
