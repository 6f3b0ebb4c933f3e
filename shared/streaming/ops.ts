/** Op codes of the live protocol. 9 and 10 are ours: nobody is sent one who did not send, or ask for, one. */
export const OP = {
  HEARTBEAT: 0,
  HEARTBEAT_ACK: 1,
  HELLO: 2,
  IDENTIFY: 3,
  READY: 4,
  DISPATCH: 5,
  SUBMIT: 6,
  REPLAY: 7,
  STATUS: 8,
  SUBMIT_BATCH: 9,
  ACK: 10,
} as const

/** Who may send what, once it is known who they are. */
export const ROLES = { producer: 0, consumer: 1 } as const
export type Role = keyof typeof ROLES
export const OPS_OF: Record<Role, readonly number[]> = {
  producer: [OP.HEARTBEAT, OP.SUBMIT, OP.STATUS, OP.SUBMIT_BATCH],
  consumer: [OP.HEARTBEAT, OP.REPLAY],
}
/** What anybody may send before. */
export const OPS_OF_NOBODY: readonly number[] = [OP.HEARTBEAT, OP.IDENTIFY]
