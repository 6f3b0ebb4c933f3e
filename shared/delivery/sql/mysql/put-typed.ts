import type { DataType } from '../../../schema/data-types.ts'
import { EVENTS, RECORD_TABLES, SAMPLES, USERS } from '../layout.ts'
import { scoreSections } from '../queried.ts'
import { SAMPLE_LISTS } from '../samples.ts'
import type { Row } from '../table.ts'
import { foldRecord, type RecordSamples, type Turn } from '../turn.ts'
import { amongKeys, keepFirst, keepLast, keepNewest, whereSame } from './insert.ts'
import { putPositions, STATE_RULE } from './put-common.ts'
import { quoted } from './tables.ts'
import type { Transaction } from './transaction.ts'

type OfType = Turn['records'][number]
const RECORD_KEY = ['user_id', 'summary_id']
/** Keys in one condition: one event may carry any number of records. */
const KEYS_AT_ONCE = 500
const parts = <T>(all: T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / KEYS_AT_ONCE) }, (_, i) =>
    all.slice(i * KEYS_AT_ONCE, (i + 1) * KEYS_AT_ONCE),
  )

/** What a turn puts in. Users come first: who holds a user's row writes that user's records alone. */
export async function putTyped(db: Transaction, turn: Turn): Promise<void> {
  await db.insert(USERS, turn.users, keepNewest(USERS, USER_RULES))
  await db.insert(USERS, turn.replaced, REPLACED)
  await erase(db, turn.erased)
  const erased = await erasedAmong(db, turn)
  for (const ofType of turn.records) await putRecords(db, ofType, erased)
  await db.insert(EVENTS, turn.events, keepFirst(EVENTS))
  await putPositions(db, turn)
}

const USER_RULES = {
  state: STATE_RULE,
  created_at: 'if(values(`seq`) >= `seq`, coalesce(values(`created_at`), `created_at`), `created_at`)',
  erased_seq: 'if(values(`seq`) >= `seq`, greatest(`erased_seq`, values(`erased_seq`)), `erased_seq`)',
}
/** Who was told to have left stays so. */
const REPLACED = whereSame(
  USERS,
  ['updated_at', 'state'].map((name) => `\`${name}\` = if(\`state\` <> 'deauth', values(\`${name}\`), \`${name}\`)`),
)

/** All of them together, table by table. Readings have no seq of their own: they go with their record. */
async function erase(db: Transaction, erased: Turn['erased']): Promise<void> {
  if (erased.length === 0) return
  const upTo = erased.map(({ user_id, seq }) => `(user_id = ${db.quote(user_id)} and seq <= ${seq})`).join(' or ')
  const users = erased.map(({ user_id }) => db.quote(user_id)).join(',')
  for (const [type, table] of Object.entries(RECORD_TABLES)) {
    await db.run(table, `delete from ${db.name(table)} where ${upTo}`)
    await db.run(
      SAMPLES,
      `delete from s using ${db.name(SAMPLES)} as s
       left join ${db.name(table)} as r on r.user_id = s.user_id and r.summary_id = s.summary_id
       where s.user_id in (${users}) and s.type = ${db.quote(type)} and r.user_id is null`,
    )
  }
}

/** Users of the turn whose records up to a seq are gone for good. */
async function erasedAmong(db: Transaction, { records }: Turn): Promise<Map<string, number>> {
  const users = new Set(records.flatMap(({ rows }) => rows.map(({ user_id }) => String(user_id))))
  if (users.size === 0) return new Map()
  const list = [...users].map(db.quote).join(',')
  const found = await db.run(
    USERS,
    `select user_id, erased_seq from ${db.name(USERS)} where user_id in (${list}) and erased_seq > 0`,
  )
  return new Map(found.map(({ user_id, erased_seq }) => [String(user_id), Number(erased_seq)]))
}

/** Key: user and summary_id; a lower seq than the row's changes nothing. */
async function putRecords(db: Transaction, given: OfType, erased: Map<string, number>): Promise<void> {
  const { type } = given
  const table = RECORD_TABLES[type]
  const isGone = ({ user_id, seq }: { user_id?: unknown; seq?: unknown }) =>
    Number(seq) <= (erased.get(String(user_id)) ?? 0)
  const rows = given.rows.filter((row) => !isGone(row))
  if (rows.length === 0) return
  const before = await versionsOf(db, type, rows)
  const isNewest = (row: Row | RecordSamples) => Number(row.seq) >= Number(before.get(keyOf(row))?.seq ?? 0)
  const newest = rows.filter(isNewest).map((row) => withScores(type, before.get(keyOf(row)), row))
  await db.insert(table, newest, keepNewest(table))
  if (SAMPLE_LISTS[type].length === 0) return
  await putSamples(
    db,
    type,
    given.samples.filter((one) => !isGone(one) && isNewest(one)),
    before,
  )
}
const keyOf = ({ user_id, summary_id }: Row | RecordSamples) => `${user_id}/${summary_id}`

/** What is there of these records: seq, and what does not become null again. */
async function versionsOf(db: Transaction, type: DataType, rows: Row[]): Promise<Map<string, Row>> {
  const table = RECORD_TABLES[type]
  const columns = [
    ...RECORD_KEY,
    'seq',
    'deleted',
    ...table.columns.flatMap(({ name, score }) => (score ? [name] : [])),
  ]
  const sections = scoreSections(type).map((name) => `json_extract(record, '$.${name}') as ${quoted(`/${name}`)}`)
  const select = `select ${[...columns.map(quoted), ...sections].join(', ')} from ${db.name(table)} where `
  const found = new Map<string, Row>()
  for (const some of parts(rows))
    for (const row of await db.run(table, select + amongKeys(db, table, RECORD_KEY, some)))
      found.set(keyOf(row as Row), row as Row)
  return found
}

/** The newer version with the scores that it came without, as two versions in one turn are folded. */
function withScores(type: DataType, before: Row | undefined, row: Row): Row {
  if (!before || Number(before.deleted) !== 0) return row
  const sections = scoreSections(type).flatMap((name) => {
    const text = before[`/${name}`]
    return text === null || text === undefined || text === 'null' ? [] : [`${JSON.stringify(name)}:${text}`]
  })
  if (sections.length === 0) return row
  const older = { ...before, deleted: false, record: `{${sections.join(',')}}` }
  return foldRecord({ type, row: older, samples: {} }, { type, row, samples: {} }).row
}

/** All readings of these versions. What is there as it should be is not written again; what is past the end of its list goes. */
async function putSamples(
  db: Transaction,
  type: DataType,
  given: RecordSamples[],
  before: Map<string, Row>,
): Promise<void> {
  const over = given.filter((one) => before.has(keyOf(one))).map((one) => pastItsEnd(db, type, one))
  for (const some of parts(over)) await db.run(SAMPLES, `delete from ${db.name(SAMPLES)} where ${some.join(' or ')}`)
  const rows = given.flatMap(({ user_id, summary_id, lists }) =>
    Object.entries(lists).flatMap(([path, samples]) =>
      samples.map(
        ([time, value, data], position): Row => ({
          ...{ user_id, type, summary_id, path, position, time, value },
          data: data && JSON.stringify(data),
        }),
      ),
    ),
  )
  await db.insert(SAMPLES, rows, AS_READ)
}
const AS_READ = keepLast(SAMPLES, ['time', 'value', 'data'])

function pastItsEnd({ quote }: Transaction, type: DataType, { user_id, summary_id, lists }: RecordSamples): string {
  const kept = Object.entries(lists).map(([path, list]) => `(path = ${quote(path)} and position < ${list.length})`)
  const record = `user_id = ${quote(user_id)} and type = ${quote(type)} and summary_id = ${quote(summary_id)}`
  return kept.length > 0 ? `(${record} and not (${kept.join(' or ')}))` : `(${record})`
}
