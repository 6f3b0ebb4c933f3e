import { CURSORS, EVENTS, RECORD_TABLES, SAMPLES, TYPED, USERS } from '../layout.ts'
import { scoreSections } from '../queried.ts'
import { SAMPLE_LISTS } from '../samples.ts'
import type { Column, Row, Table } from '../table.ts'
import type { RecordSamples, Turn } from '../turn.ts'
import { type Place, qualified, quoted } from './names.ts'
import { insertRows, recordSet, rowSet } from './rows.ts'

/** A statement, and the table that it is about. */
export interface Statement {
  table: string
  text: string
}

/** The statements of one transaction of the typed layout, in the order that they need. */
export function typedTurn(place: Place, turn: Turn): Statement[] {
  const about = (table: Table, text: string): Statement => ({ table: table.name, text })
  const statements: Statement[] = []
  if (turn.users.length > 0) statements.push(about(USERS, upsertUsers(place, turn.users)))
  if (turn.replaced.length > 0) statements.push(about(USERS, replaceUsers(place, turn.replaced)))
  if (turn.erased.length > 0) statements.push(...erase(place, turn.erased))
  for (const { type, rows, samples } of turn.records) {
    statements.push(about(RECORD_TABLES[type], upsertRecords(place, type, rows)))
    if (SAMPLE_LISTS[type].length === 0) continue
    statements.push(about(SAMPLES, deleteSamples(place, type, samples)))
    const some = samples.filter(({ lists }) => Object.keys(lists).length > 0)
    if (some.length > 0) statements.push(about(SAMPLES, insertSamples(place, type, some)))
  }
  if (turn.events.length > 0)
    statements.push(
      about(EVENTS, insertRows(qualified(place, EVENTS), EVENTS.columns, turn.events, ' on conflict do nothing')),
    )
  return [...statements, ...positions(place, turn)]
}

/** Cursors only go up. */
export function positions(place: Place, { cursors, released }: Pick<Turn, 'cursors' | 'released'>): Statement[] {
  const table = qualified(place, CURSORS)
  const statements: Statement[] = []
  if (cursors.length > 0)
    statements.push({
      table: CURSORS.name,
      text: `${insertRows(table, CURSORS.columns, cursors)} on conflict (destination_id, cell, lane) do update
        set seq = excluded.seq, updated_at = excluded.updated_at where excluded.seq > t.seq`,
    })
  if (released.length > 0)
    statements.push({
      table: CURSORS.name,
      text: `delete from ${table} t using ${rowSet(CURSORS.columns, released)}
        where t.destination_id = r.destination_id and t.cell = r.cell and t.lane = r.lane and t.seq <= r.seq`,
    })
  return statements
}

const assign = (columns: Column[], value: (column: Column) => string): string =>
  columns.map((column) => `${quoted(column.name)} = ${value(column)}`).join(', ')
const valuesOf = ({ columns, key }: Table): Column[] => columns.filter(({ name }) => !key.includes(name))

function upsertUsers(place: Place, rows: Row[]): string {
  const special: Record<string, string> = {
    // A data event of a connection that is no longer active does not say why; what said why stays.
    state: `case when excluded.state = 'inactive' and t.state <> 'active' then t.state else excluded.state end`,
    created_at: 'coalesce(excluded.created_at, t.created_at)',
    erased_seq: 'greatest(excluded.erased_seq, t.erased_seq)',
  }
  return `${insertRows(qualified(place, USERS), USERS.columns, rows)} on conflict (user_id) do update
    set ${assign(valuesOf(USERS), ({ name }) => special[name] ?? `excluded.${quoted(name)}`)} where excluded.seq >= t.seq`
}
const replaceUsers = (place: Place, rows: Row[]): string =>
  `${insertRows(qualified(place, USERS), USERS.columns, rows)} on conflict (user_id) do update
    set state = excluded.state, updated_at = excluded.updated_at where t.state <> 'deauth'`

/** Readings go with the records. */
function erase(place: Place, erased: Turn['erased']): Statement[] {
  const users = recordSet(JSON.stringify(erased), 'user_id text, seq bigint')
  return TYPED.tables
    .filter((table) => table !== USERS && table !== EVENTS)
    .map((table) => ({
      table: table.name,
      text: `delete from ${qualified(place, table)} t using ${users} where t.user_id = r.user_id${table === SAMPLES ? '' : ' and t.seq <= r.seq'}`,
    }))
}

/** The newest version stays; what was erased does not come back. */
function upsertRecords(place: Place, type: Turn['records'][number]['type'], rows: Row[]): string {
  const table = RECORD_TABLES[type]
  const value = (column: Column) => {
    const newer = `excluded.${quoted(column.name)}`
    if (column.score)
      return `case when excluded.deleted then null else coalesce(${newer}, t.${quoted(column.name)}) end`
    return column.name === 'record' ? recordWithScores(scoreSections(type)) : newer
  }
  return `${insertRows(qualified(place, table), table.columns, rows)}
    where not exists (select from ${qualified(place, USERS)} u where u.user_id = r.user_id and u.erased_seq >= r.seq)
    on conflict (user_id, summary_id) do update set ${assign(valuesOf(table), value)} where excluded.seq >= t.seq`
}

/** The newer record, with the scores that it came without. */
function recordWithScores(sections: string[]): string {
  if (sections.length === 0) return 'excluded.record'
  const part = (of: string, section: string) =>
    `coalesce(jsonb_strip_nulls(nullif(${of}.record -> '${section}', 'null')), '{}')`
  const merged = sections.map(
    (section) => `'${section}', nullif(${part('t', section)} || ${part('excluded', section)}, '{}')`,
  )
  return `case when excluded.record is null or t.record is null then excluded.record
    else excluded.record || jsonb_strip_nulls(jsonb_build_object(${merged.join(', ')})) end`
}

/** Of records that are now in this version: readings past the end of their list, or of a list that is no more. */
function deleteSamples(place: Place, type: keyof typeof RECORD_TABLES, samples: RecordSamples[]): string {
  const counted = samples.map(({ user_id, summary_id, seq, lists }) => ({
    user_id,
    summary_id,
    seq,
    lists: Object.fromEntries(Object.entries(lists).map(([path, list]) => [path, list.length])),
  }))
  return `delete from ${qualified(place, SAMPLES)} s using ${recordSet(JSON.stringify(counted), SHAPE)}
    join ${qualified(place, RECORD_TABLES[type])} t on t.user_id = r.user_id and t.summary_id = r.summary_id and t.seq = r.seq
    where s.user_id = r.user_id and s.type = '${type}' and s.summary_id = r.summary_id
      and s.position >= coalesce((r.lists ->> s.path)::int, 0)`
}
const SHAPE = 'user_id text, summary_id text, seq bigint, lists jsonb'

/** Readings that are there as they should be are not written again. */
const insertSamples = (place: Place, type: keyof typeof RECORD_TABLES, samples: RecordSamples[]): string =>
  `insert into ${qualified(place, SAMPLES)} as s (user_id, type, summary_id, path, position, time, value, data)
    select r.user_id, '${type}', r.summary_id, list.key, item.n - 1, (item.sample ->> 0)::timestamptz,
      (item.sample ->> 1)::double precision, nullif(item.sample -> 2, 'null')
    from ${recordSet(JSON.stringify(samples), SHAPE)}
    join ${qualified(place, RECORD_TABLES[type])} t on t.user_id = r.user_id and t.summary_id = r.summary_id and t.seq = r.seq
    cross join lateral jsonb_each(r.lists) list
    cross join lateral jsonb_array_elements(list.value) with ordinality item(sample, n)
    on conflict (user_id, type, summary_id, path, position) do update
    set time = excluded.time, value = excluded.value, data = excluded.data
    where (s.time, s.value, s.data) is distinct from (excluded.time, excluded.value, excluded.data)`
