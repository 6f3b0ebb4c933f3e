import type { DataType } from '../../schema/data-types.ts'
import type { EventRows, RecordRows } from './event-rows.ts'
import { RECORD_TABLES } from './layout.ts'
import { scoreSections } from './queried.ts'
import type { SampleLists } from './samples.ts'
import type { Row } from './table.ts'

/** Everything that one transaction puts in, each row once: what came twice for one key is folded, sorted by key. */
export interface Turn {
  users: Row[]
  /** Connections that others took the place of: only their state is told. */
  replaced: Row[]
  /** Users whose records up to a seq go. */
  erased: { user_id: string; seq: number }[]
  records: { type: DataType; rows: Row[]; samples: RecordSamples[] }[]
  events: Row[]
  cursors: Row[]
  /** Lanes that the window has passed. */
  released: Row[]
}
/** The readings of one version of a record, all of them: what is not here goes. */
export interface RecordSamples {
  user_id: string
  summary_id: string
  seq: number
  lists: SampleLists
}

export function turnOf(events: EventRows[], positions: Pick<Turn, 'cursors' | 'released'>): Turn {
  const users = new Map<string, Row>()
  const replaced = new Map<string, Row>()
  const pointers = new Map<string, Row>()
  const records = new Map<DataType, Map<string, RecordRows>>()
  for (const one of events) {
    if (one.user) users.set(idOf(one.user), foldUser(users.get(idOf(one.user)), one.user))
    if (one.replaced) replaced.set(idOf(one.replaced), one.replaced)
    pointers.set(`${one.event.user_id}/${one.event.seq}`, one.event)
    for (const record of one.records) {
      const ofType = records.get(record.type) ?? new Map<string, RecordRows>()
      records.set(record.type, ofType)
      const key = `${record.row.user_id}/${record.row.summary_id}`
      ofType.set(key, foldRecord(ofType.get(key), record))
    }
  }
  return {
    users: sorted(users),
    replaced: sorted(replaced),
    erased: sorted(users).flatMap(({ user_id, erased_seq }) =>
      Number(erased_seq) > 0 ? [{ user_id: String(user_id), seq: Number(erased_seq) }] : [],
    ),
    records: [...records].sort(byKey).map(([type, ofType]) => ({
      type,
      rows: sorted(ofType).map(({ row }) => row),
      samples: sorted(ofType).map(({ row, samples }) => ({
        user_id: String(row.user_id),
        summary_id: String(row.summary_id),
        seq: Number(row.seq),
        lists: samples,
      })),
    })),
    events: sorted(pointers),
    ...positions,
  }
}
const idOf = (row: Row) => String(row.user_id)
/** Every transaction takes its locks in the same order. */
const sorted = <T>(rows: Map<string, T>): T[] => [...rows].sort(byKey).map(([, row]) => row)
const byKey = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : a > b ? 1 : 0)

/** A data event of a connection that is no longer active does not say why; what said why stays. */
export const nextState = (before: unknown, after: unknown): unknown =>
  after === 'inactive' && before !== undefined && before !== 'active' ? before : after

function foldUser(older: Row | undefined, newer: Row): Row {
  if (!older) return newer
  const [low, high] = Number(older.seq) <= Number(newer.seq) ? [older, newer] : [newer, older]
  return {
    ...high,
    state: nextState(low.state, high.state) as string,
    erased_seq: Math.max(Number(low.erased_seq), Number(high.erased_seq)),
  }
}

/** The newer version, with the scores that it came without. */
export function foldRecord(older: RecordRows | undefined, newer: RecordRows): RecordRows {
  if (!older) return newer
  if (Number(older.row.seq) > Number(newer.row.seq)) return older
  if (older.row.deleted || newer.row.deleted) return newer
  const row = { ...newer.row }
  for (const { name, score } of RECORD_TABLES[newer.type].columns) if (score) row[name] ??= older.row[name] ?? null
  row.record = recordWithScores(newer.type, String(older.row.record), String(newer.row.record))
  return { ...newer, row }
}

function recordWithScores(type: DataType, older: string, newer: string): string {
  const before = JSON.parse(older) as Record<string, object | null | undefined>
  const after = JSON.parse(newer) as Record<string, object | null | undefined>
  for (const section of scoreSections(type)) {
    const kept = { ...present(before[section]), ...present(after[section]) }
    if (Object.keys(kept).length > 0) after[section] = kept
  }
  return JSON.stringify(after)
}
const present = (section: object | null | undefined): object =>
  Object.fromEntries(Object.entries(section ?? {}).filter(([, value]) => value !== null))
