import { type PointerTurn, TERRA_DATA_PAYLOADS, TERRA_OTHER_PAYLOADS, TERRA_USERS } from '../pointers.ts'
import { keepLast, keepNewest, whereSame } from './insert.ts'
import { putPositions, STATE_RULE } from './put-common.ts'
import type { Transaction } from './transaction.ts'

/** What a turn puts into the public contract's own tables. */
export async function putPointers(db: Transaction, turn: PointerTurn): Promise<void> {
  await db.insert(TERRA_USERS, turn.users, keepNewest(TERRA_USERS, { state: STATE_RULE, created_at: '`created_at`' }))
  await db.insert(TERRA_USERS, turn.replaced, REPLACED)
  await db.insert(TERRA_DATA_PAYLOADS, turn.data, keepLast(TERRA_DATA_PAYLOADS, LINK))
  await db.insert(TERRA_OTHER_PAYLOADS, turn.other, keepLast(TERRA_OTHER_PAYLOADS, LINK))
  if (turn.erased.length > 0)
    await db.run(
      TERRA_DATA_PAYLOADS,
      `delete from ${db.name(TERRA_DATA_PAYLOADS)} where user_id in (${turn.erased.map(db.quote)})`,
    )
  await putPositions(db, turn)
}

/** Who was told to have left stays so. */
const REPLACED = whereSame(TERRA_USERS, ["`state` = if(`state` <> 'deauth', values(`state`), `state`)"])
/** The same event again has a newer link to the same body. */
const LINK = ['payload_id', 'payload_url']
