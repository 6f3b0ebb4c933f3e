import type { ReplayFilter } from '../sdk/wire.ts'
import type { Flag, Input } from './command.ts'
import { count } from './flags.ts'

/** What parked events are found by. */
export const FILTER_FLAGS: Record<string, Flag> = {
  user: { value: 'ID', help: 'of this user only' },
  type: { value: 'TYPE', help: 'of this event type only' },
  status: { value: 'N', help: 'whose last attempt got this status' },
  text: { value: 'TEXT', help: 'with this in the reason or in the last answer' },
  from: { value: 'TIME', help: 'parked since, as 2026-07-01T08:00:00Z' },
  to: { value: 'TIME', help: 'parked before' },
}
export const filterOf = (input: Input): ReplayFilter => ({
  user_id: input.flag('user'),
  type: input.flag('type'),
  status: count(input, 'status'),
  text: input.flag('text'),
  from: input.flag('from'),
  to: input.flag('to'),
})
