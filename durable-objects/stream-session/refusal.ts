import { OP } from '../../shared/base/op-codes.ts'
import { CLOSE, type Closing, closing } from '../../shared/streaming/close-codes.ts'
import type { Incoming } from '../../shared/streaming/frames.ts'
import { OPS_OF, OPS_OF_NOBODY } from '../../shared/streaming/ops.ts'
import type { Socket } from './sockets.ts'

/** Why a frame may not come now. */
export function refusal({ about, identifying }: Socket, frame: Incoming): Closing | undefined {
  const { role, producer } = about
  if (frame.op === OP.IDENTIFY && (role || identifying))
    return closing(CLOSE.SECOND_IDENTIFY, 'this session has identified itself already')
  const allowed = role ? OPS_OF[role] : OPS_OF_NOBODY
  if (frame.op === 'other' || !allowed.includes(frame.op)) {
    const op = frame.op === 'other' ? frame.code : frame.op
    return closing(CLOSE.WRONG_OP, role ? `op ${op} is not for a ${role}` : `op ${op} is not taken before IDENTIFY`)
  }
  if (frame.op === OP.SUBMIT_BATCH && producer === undefined)
    return closing(CLOSE.WRONG_OP, 'batches are for producers with a name: IDENTIFY with d.producer')
  return undefined
}
