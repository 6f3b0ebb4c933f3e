import { CURSORS } from '../layout.ts'
import type { Positions } from '../positions.ts'
import type { Row } from '../table.ts'
import { amongKeys, keepNewest } from './insert.ts'
import type { Transaction } from './transaction.ts'

/** A data event of a connection that is no longer active does not say why; what said why stays. */
export const STATE_RULE =
  "if(values(`seq`) >= `seq`, if(values(`state`) = 'inactive' and `state` <> 'active', `state`, values(`state`)), `state`)"

/** Positions only go up. A lane that the window has passed is no more: mostly there is none. */
export async function putPositions(db: Transaction, { cursors, released }: Positions): Promise<void> {
  await db.insert(CURSORS, cursors, keepNewest(CURSORS))
  if (released.length === 0) return
  const passed = new Map(released.map((row) => [placeOf(row), Number(row.seq)]))
  const cells = amongKeys(db, CURSORS, ['destination_id', 'cell'], distinct(released))
  const lanes = await db.run(
    CURSORS,
    `select destination_id, cell, lane, seq from ${db.name(CURSORS)} where ${cells} and lane > 0`,
  )
  const over = lanes.filter((row) => Number(row.seq) <= (passed.get(placeOf(row)) ?? -1)) as Row[]
  if (over.length > 0)
    await db.run(CURSORS, `delete from ${db.name(CURSORS)} where ${amongKeys(db, CURSORS, CURSORS.key, over)}`)
}
const placeOf = ({ destination_id, cell, lane }: Record<string, unknown>) => `${destination_id}/${cell}/${Number(lane)}`
const distinct = (rows: Row[]): Row[] => [
  ...new Map(rows.map((row) => [`${row.destination_id}/${row.cell}`, row])).values(),
]
