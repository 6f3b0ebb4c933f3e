import { commits, cutAfterCommit, startTcpProxy } from '../../harness/tcp-proxy.ts'
import type { Postgres } from '../postgres.ts'
import { type Landed, type Sink, TIMES, until } from './sink.ts'
import { byTurns, type Noted } from './turns.ts'

const LATE_MS = 700
const WAIT = 'wait'
/** What the tests themselves send carries these. */
export const WATCHED = ['daily', 'activity']

/**
 * Notes every row that is written, in the transaction that writes it; and refuses rows, or lets them wait, as often as
 * `orders` says. A sequence counts on when a transaction is rolled back.
 */
const NOTES = `
  create schema notes;
  create table notes.landed (n bigserial primary key, turn bigint, type text, row jsonb);
  create table notes.orders (until bigint, code text);
  insert into notes.orders values (0, '40001');
  create sequence notes.tries;
  create function notes.note() returns trigger language plpgsql security definer as $$
  declare an notes.orders;
  begin
    select * from notes.orders into an;
    if (select last_value from notes.tries) < an.until then
      perform nextval('notes.tries');
      if an.code = '${WAIT}' then perform pg_sleep(5);
      else raise exception 'could not serialize access' using errcode = an.code; end if;
    end if;
    -- A row that is written again as it is, is the same row.
    if tg_op = 'INSERT' or new.seq > old.seq then
      insert into notes.landed (turn, type, row) values (txid_current(), tg_table_name, to_jsonb(new));
    end if;
    return null;
  end $$;`

interface Row {
  user_id: string
  summary_id: string
  seq: number
  deleted: boolean
  record: Record<string, unknown> | null
}

export interface Address {
  host: string
  port: number
  database: string
}

/** Tables in PostgreSQL, over a network that errs; `pooled` behind PgBouncer. */
export async function postgresSink(
  postgres: Postgres,
  kind: {
    name: string
    type: string
    settings: (at: Address) => Record<string, unknown>
  },
  pooled: boolean,
) {
  const { database } = postgres
  const proxy = await startTcpProxy(() => ({
    host: postgres.host,
    port: pooled ? postgres.poolerPort! : postgres.port,
  }))
  let read = 0
  const tries = async () => Number(await postgres.query('select last_value from notes.tries', database))
  const order = async (code: string, times: number) => {
    const goal = (await tries()) + times
    await postgres.query(`update notes.orders set until = ${goal}, code = '${code}'`, database)
    return goal
  }
  const sink: Sink = {
    name: kind.name,
    destination: {
      type: kind.type,
      settings: kind.settings({ host: proxy.host, port: proxy.port, database }),
      secrets: { password: postgres.password },
      delivery: { timeout_ms: 3_000, deletions: true },
    },
    async watch() {
      const [{ schema } = { schema: 'public' }] = await postgres.rows<{ schema: string }>(
        `select table_schema as schema from information_schema.tables where table_name = 'cursors'`,
        database,
      )
      const triggers = WATCHED.map(
        (table) =>
          `create trigger note after insert or update on ${schema}.${table} for each row execute function notes.note();`,
      )
      await postgres.query(NOTES + triggers.join('\n'), database)
    },
    async arrivals() {
      const rows = await postgres.rows<{ n: number; turn: number; type: string; row: Row }>(
        `select * from notes.landed where n > ${read} order by n`,
        database,
      )
      read = rows.at(-1)?.n ?? read
      return byTurns(rows.map(({ turn, type, row }): Noted => ({ turn: String(turn), landed: landed(type, row) })))
    },
    mend: () => proxy.rule({}),
    troubles: {
      async killed() {
        await order(WAIT, 1)
        const waits = `select count(*) from pg_stat_activity where wait_event = 'PgSleep'`
        await until(async () => Number(await postgres.query(waits)) > 0, 'a transaction to die in')
        if (pooled) await postgres.pooler!.kill()
        await postgres.kill()
        await postgres.restart()
        if (pooled) await postgres.pooler!.restart()
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
        for (const code of ['40001', '40P01']) {
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
        if (pooled) await postgres.pooler!.setPassword('another one')
        else await postgres.revoke()
        proxy.cutAll()
        const before = proxy.counts.connections
        await until(() => proxy.counts.connections > before, 'somebody to log in with the revoked password')
        if (pooled) await postgres.pooler!.setPassword(postgres.password)
        else await postgres.giveBack()
        return proxy.counts.connections - before
      },
    },
  }
  return { sink, proxy, close: () => proxy.close() }
}

export const landed = (type: string, { user_id, summary_id, seq, deleted, record }: Row): Landed => ({
  ...{ type, user: user_id, seq: Number(seq), summary_id, deleted: Boolean(deleted) },
  ...(record && { record }),
})
