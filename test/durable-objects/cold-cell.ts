import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { vi } from 'vitest'
import { DAY_MS } from '../../shared/base/time.ts'
import type { AppendRecord } from '../../shared/source/record.ts'
import { house } from '../house.ts'
import { type House, put } from './one-cell.ts'

/** A cell whose records grow old. */

/** Far ahead: the runtime's own clock fires none of these alarms, only the tests do. */
export const START = Date.UTC(2039, 0, 10)
let clock = START
export const atStart = () => goTo(START)
export function goTo(at: number): void {
  clock = at
  vi.spyOn(Date, 'now').mockImplementation(() => clock)
}
export const today = () => clock

/** Lets days go by, with the cell's own looks at what is old. */
export async function days(one: House, count: number): Promise<void> {
  goTo(clock + count * DAY_MS)
  await looks(one)
}
/** As many looks as one round takes: each comes a turn later. */
export async function looks(one: House, turns = 4): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    clock += 1_000
    await one.log.health()
    await runDurableObjectAlarm(one.log)
  }
}
/** The object dies, and with it all that is not on disk. */
export const dies = (one: House) => evictDurableObject(one.log)

/** Names of the connection's objects. */
export const objectsOf = async ({ row }: House) =>
  (await house.RAW.list()).objects
    .map(({ key }) => key)
    .filter((key) => key.startsWith(`cold/${row.developer_id}`) || key.includes(`/${row.developer_id}/`))
    .filter((key) => key.startsWith('cold/'))

/** A daily record of a day (0: the tenth of January). */
export const daily = (day: number, body: object | undefined, part = 'dailies'): Partial<AppendRecord> => ({
  summary_id: `day-${day}`,
  part,
  startAt: START + day * DAY_MS,
  endAt: START + (day + 1) * DAY_MS,
  body: body && JSON.stringify(body),
})
export const putDay = (one: House, day: number, body: object | undefined, number?: number) =>
  put(one.row, [daily(day, body)], number)

export const read = async ({ log, row }: House, from = -100, to = 1_000) =>
  (
    await log.records({
      user_id: row.user_id,
      type: 'daily',
      startAt: START + from * DAY_MS,
      endAt: START + to * DAY_MS,
    })
  ).map(({ summary_id, body, seq, revision }) => ({ summary_id, body: JSON.parse(body), seq, revision }))
