import { commits, cutAfterCommit, startTcpProxy } from '../../harness/tcp-proxy.ts'
import type { Mariadb } from '../mariadb.ts'
import { type Address, landed, WATCHED } from './postgres.ts'
import { type Sink, TIMES, until } from './sink.ts'
import { byTurns, type Noted } from './turns.ts'

const LATE_MS = 700
/** ER_LOCK_DEADLOCK and ER_LOCK_WAIT_TIMEOUT: https://mariadb.com/kb/en/mariadb-error-code-reference/ */
const REFUSALS = [1213, 1205]

const WAIT = 0
/** As PostgreSQL's sink has it. The row of the cursor, which each transaction writes, tells one transaction from the next. */
const NOTES = `
create database notes;
create table notes.landed (n bigint auto_increment primary key, type text, user_id text, summary_id text, seq bigint, deleted bool, record longtext);
create table notes.orders (goal bigint, code int);
insert into notes.orders values (0, 1213);
create sequence notes.tries nocache;`
const TRIES = 'select next_not_cached_value from notes.tries'

const trigger = (table: string, on: 'insert' | 'update') => `
create trigger note_${table}_${on} after ${on} on health.${table} for each row
begin
  declare mine int default (select code from notes.orders);
  if (${TRIES}) < (select goal from notes.orders) then
    do nextval(notes.tries);
    if mine = ${WAIT} then do sleep(5);
    else signal sqlstate '40001' set mysql_errno = mine, message_text = 'refused by the test'; end if;
  end if;
  ${on === 'update' ? 'if new.seq > old.seq then' : ''}
  insert into notes.landed (type, user_id, summary_id, seq, deleted, record)
    values ('${table}', new.user_id, new.summary_id, new.seq, new.deleted, new.record);
  ${on === 'update' ? 'end if;' : ''}
end //`
const turn = (on: 'insert' | 'update') => `
create trigger note_turn_${on} after ${on} on health.cursors for each row
  insert into notes.landed (type) values ('turn') //`

export async function mariadbSink(mariadb: Mariadb, settings: (at: Address) => Record<string, unknown>) {
  const proxy = await startTcpProxy(() => mariadb)
  let read = 0
  let turns = 0
  const number = async (sql: string) => Number(Object.values((await mariadb.rows(sql, 'notes'))[0]!)[0])
  const tries = () => number(TRIES)
  const order = async (code: number, times: number) => {
    const goal = (await tries()) + times
    await mariadb.query(`update orders set goal = ${goal}, code = ${code}`, 'notes')
    return goal
  }
  const sink: Sink = {
    name: 'mysql',
    destination: {
      type: 'mysql',
      settings: settings({ host: proxy.host, port: proxy.port, database: mariadb.database }),
      secrets: { password: mariadb.password },
      delivery: { timeout_ms: 3_000, deletions: true },
    },
    async watch() {
      await mariadb.query(NOTES, 'mysql')
      const triggers = (['insert', 'update'] as const).flatMap((on) => [
        ...WATCHED.map((table) => trigger(table, on)),
        turn(on),
      ])
      await mariadb.query(`delimiter //\n${triggers.join('\n')}`)
    },
    async arrivals() {
      const rows = await mariadb.rows(`select * from landed where n > ${read} order by n`, 'notes')
      read = Number(rows.at(-1)?.n ?? read)
      const noted = rows.flatMap(({ type, user_id, summary_id, seq, deleted, record }): Noted[] => {
        if (type === 'turn') turns++
        if (type === 'turn') return []
        const row = { user_id: user_id!, summary_id: summary_id!, seq: Number(seq), deleted: deleted === '1' }
        return [{ turn: String(turns), landed: landed(type!, { ...row, record: record ? JSON.parse(record) : null }) }]
      })
      return byTurns(noted)
    },
    mend: () => proxy.rule({}),
    troubles: {
      async killed() {
        await order(WAIT, 1)
        const waits = `select count(*) from information_schema.processlist where state = 'User sleep'`
        await until(async () => (await number(waits)) > 0, 'a transaction to die in')
        await mariadb.kill()
        await mariadb.restart()
        return 1
      },
      async cut() {
        let cuts = 0
        proxy.rule(cutAfterCommit(() => cuts < TIMES && ++cuts > 0))
        await until(() => cuts >= TIMES, `${TIMES} transactions`)
        proxy.rule({})
        return cuts
      },
      async refused() {
        const before = await tries()
        for (const code of REFUSALS) {
          const goal = await order(code, TIMES)
          await until(async () => (await tries()) >= goal, `${TIMES} transactions that are refused with ${code}`)
        }
        return (await tries()) - before
      },
      async late() {
        let late = 0
        proxy.rule({
          answered: (_, asked) => (commits(asked) && late < TIMES && ++late > 0 ? { delayMs: LATE_MS } : 'pass'),
        })
        await until(() => late >= TIMES, `${TIMES} transactions`)
        proxy.rule({})
        return late
      },
      async revoked() {
        await mariadb.revoke()
        proxy.cutAll()
        const before = proxy.counts.connections
        await until(() => proxy.counts.connections > before, 'somebody to log in with the revoked password')
        await mariadb.giveBack()
        return proxy.counts.connections - before
      },
    },
  }
  return { sink, proxy, close: () => proxy.close() }
}
