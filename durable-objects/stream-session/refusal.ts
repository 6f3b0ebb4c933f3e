import { wrongHost } from '../../shared/access/region-hosts.ts'
import { OP } from '../../shared/base/op-codes.ts'
import type { Settings } from '../../shared/base/settings.ts'
import { CLOSE, type Closing, closing } from '../../shared/streaming/close-codes.ts'
import type { Incoming, Sample } from '../../shared/streaming/frames.ts'
import { OPS_OF, OPS_OF_NOBODY } from '../../shared/streaming/ops.ts'
import type { Socket } from './sockets.ts'

/** Why a frame may not come now. */
export function refusal({ about, identifying }: Socket, frame: Incoming): Closing | undefined {
  const { role, producer, types } = about
  if (frame.op === OP.IDENTIFY && (role || identifying))
    return closing(CLOSE.SECOND_IDENTIFY, 'this session has identified itself already')
  const allowed = role ? OPS_OF[role] : OPS_OF_NOBODY
  if (frame.op === 'other' || !allowed.includes(frame.op)) {
    const op = frame.op === 'other' ? frame.code : frame.op
    return closing(CLOSE.WRONG_OP, role ? `op ${op} is not for a ${role}` : `op ${op} is not taken before IDENTIFY`)
  }
  if (frame.op === OP.SUBMIT_BATCH && producer === undefined)
    return closing(CLOSE.WRONG_OP, 'batches are for producers with a name: IDENTIFY with d.producer')
  return types && (frame.op === OP.SUBMIT || frame.op === OP.SUBMIT_BATCH)
    ? refusedSamples(about, types, frame.samples)
    : undefined
}
function refusedSamples({ until }: Socket['about'], types: string[], samples: Sample[]): Closing | undefined {
  if (until !== undefined && until <= Date.now()) return OVER
  const other = samples.find(({ t }) => !types.includes(t))
  return other && closing(CLOSE.WRONG_TYPE, `${other.t} may not come; the contract has ${types.join(', ')}`)
}
/** Samples of a region do not go by the host of another. The token, by which alone it is known, stays good. */
export function refusedHost(set: Settings, { about }: Socket, region: string): Closing | undefined {
  const wrong = wrongHost(set, about.url, region)
  return wrong && closing(CLOSE.WRONG_HOST, `use ${wrong.host}: ${wrong.here}`)
}
/** Its time is over, whatever it sends. */
export const OVER = closing(CLOSE.BAD_TOKEN, 'the time of this token is over; ask for a new one')
