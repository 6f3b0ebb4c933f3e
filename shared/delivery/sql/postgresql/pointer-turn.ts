import { type PointerTurn, TERRA_DATA_PAYLOADS, TERRA_OTHER_PAYLOADS, TERRA_USERS } from '../pointers.ts'
import type { Row, Table } from '../table.ts'
import { type Place, qualified, quoted } from './names.ts'
import { insertRows, recordSet } from './rows.ts'
import { positions, type Statement } from './typed-turn.ts'

/** The statements of one transaction of the pointer layout. */
export function pointerTurn(place: Place, turn: PointerTurn): Statement[] {
  const statements: Statement[] = []
  const add = (table: Table, rows: unknown[], text: string) => {
    if (rows.length > 0) statements.push({ table: table.name, text })
  }
  const users = (rows: Row[], rule: string) =>
    `${insertRows(qualified(place, TERRA_USERS), TERRA_USERS.columns, rows)} on conflict (user_id) do update set ${rule}`
  add(TERRA_USERS, turn.users, users(turn.users, NEWEST))
  add(TERRA_USERS, turn.replaced, users(turn.replaced, `state = excluded.state where t.state <> 'deauth'`))
  add(TERRA_DATA_PAYLOADS, turn.data, payloads(place, TERRA_DATA_PAYLOADS, turn.data))
  add(TERRA_OTHER_PAYLOADS, turn.other, payloads(place, TERRA_OTHER_PAYLOADS, turn.other))
  const erased = turn.erased.map((user_id) => ({ user_id }))
  add(
    TERRA_DATA_PAYLOADS,
    erased,
    `delete from ${qualified(place, TERRA_DATA_PAYLOADS)} t using ${recordSet(JSON.stringify(erased), 'user_id text')} where t.user_id = r.user_id`,
  )
  return [...statements, ...positions(place, turn)]
}

const NEWEST = `reference_id = excluded.reference_id, granted_scopes = excluded.granted_scopes, provider = excluded.provider,
  state = case when excluded.state = 'inactive' and t.state <> 'active' then t.state else excluded.state end,
  seq = excluded.seq where excluded.seq >= t.seq`

/** The same event again has a newer link to the same body. */
const payloads = (place: Place, table: Table, rows: Row[]): string =>
  `${insertRows(qualified(place, table), table.columns, rows)} on conflict (event_id) do update
    set ${['payload_id', 'payload_url'].map((name) => `${quoted(name)} = excluded.${quoted(name)}`).join(', ')}`
