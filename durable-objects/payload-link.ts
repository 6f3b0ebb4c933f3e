import { Fault } from '../shared/base/fault.ts'
import type { StoredBody } from '../shared/delivery/define.ts'
import type { CellDestination } from '../shared/delivery/types.ts'
import type { Env } from './env.ts'

/** Stores a body for as long as its connection lives, and gives a link to it. */
export async function payloadLink(
  _env: Env,
  _destination: CellDestination,
  _body: Omit<StoredBody, 'cell'> & { cell: string | undefined },
  _seconds: number,
): Promise<{ url: string; payload_id: string }> {
  throw new Fault('unavailable', 'payload links are not there yet')
}
