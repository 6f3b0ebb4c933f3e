import { OP } from '../base/op-codes.ts'

/** Who may send what, once it is known who they are. */
export const ROLES = { producer: 0, consumer: 1 } as const
export type Role = keyof typeof ROLES
export const OPS_OF: Record<Role, readonly number[]> = {
  producer: [OP.HEARTBEAT, OP.SUBMIT, OP.STATUS, OP.SUBMIT_BATCH],
  consumer: [OP.HEARTBEAT, OP.REPLAY],
}
/** What anybody may send before. */
export const OPS_OF_NOBODY: readonly number[] = [OP.HEARTBEAT, OP.IDENTIFY]
