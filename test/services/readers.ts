import type { KafkaRecord } from './kafka.ts'
import type { Mariadb } from './mariadb.ts'
import type { Postgres } from './postgres.ts'
import { header } from './sinks/log.ts'
import { landed as fromRow } from './sinks/postgres.ts'
import { landed as fromEvent } from './sinks/queue.ts'
import type { Landed } from './sinks/sink.ts'

/** Types that the tests let land. */
export const TYPES = ['activity', 'body', 'daily', 'menstruation', 'nutrition', 'sleep']
const COLUMNS = 'user_id, summary_id, seq, deleted, record'
/** Events about the connection. */
const LIFECYCLE = 'select user_id, seq, type from'

/** The tables of records, by psql. */
export async function fromPostgres(postgres: Postgres): Promise<Landed[]> {
  const all: Landed[] = []
  for (const type of TYPES) {
    const rows = await postgres.rows<Parameters<typeof fromRow>[1]>(`select ${COLUMNS} from fascia.${type}`)
    all.push(...rows.map((row) => fromRow(type, row)))
  }
  const events = await postgres.rows<{ user_id: string; seq: number; type: string }>(
    `${LIFECYCLE} fascia.events where event is not null`,
  )
  return [...all, ...events.map(({ user_id, seq, type }) => ({ user: user_id, seq, type, deleted: false }))]
}
/** The same by the mariadb client, whose fields are text. */
export async function fromMariadb(mariadb: Mariadb): Promise<Landed[]> {
  const all: Landed[] = []
  for (const type of TYPES)
    for (const { user_id, summary_id, seq, deleted, record } of await mariadb.rows(`select ${COLUMNS} from ${type}`)) {
      const row = { user_id: user_id!, summary_id: summary_id!, seq: Number(seq), deleted: deleted === '1' }
      all.push(fromRow(type, { ...row, record: record === undefined ? null : JSON.parse(record) }))
    }
  const events = await mariadb.rows(`${LIFECYCLE} events where event is not null`)
  const about = ({ user_id, seq, type }: (typeof events)[number]) => ({ user: user_id!, seq: Number(seq), type: type! })
  return [...all, ...events.map((row) => ({ ...about(row), deleted: false }))]
}
/** Records of a topic, by kcat. */
export const fromKafka = (records: KafkaRecord[]): Landed[] =>
  records
    .sort((a, b) => a.partition - b.partition || a.offset - b.offset)
    .map((record) => fromEvent(JSON.parse(record.payload!), Number(header(record, 'seq'))))

export interface Latest {
  seq: number
  deleted: boolean
  record: Record<string, unknown> | undefined
}
/** A session by its id, a day by when it begins. */
export const keyOf = (type: string, record: Record<string, unknown>): string => {
  const { summary_id, start_time } = record.metadata as { summary_id?: string; start_time?: string }
  return `${type} ${summary_id ?? start_time}`
}
/** What holds of each record of a user in the end: the newest that landed. Deletions are told by summary_id. */
export function latest(all: Landed[], user: string): Map<string, Latest> {
  const newest = new Map<string, Latest>()
  for (const { type, user: whose, seq, summary_id, deleted, record } of all) {
    if (whose !== user || !TYPES.includes(type) || (!record && !deleted)) continue
    const key = record ? keyOf(type, record) : `${type} ${summary_id}`
    if (seq > (newest.get(key)?.seq ?? 0)) newest.set(key, { seq, deleted, record })
  }
  return newest
}
