/** Why a socket is closed; each has its own cause, and a reason in words. */
export const CLOSE = {
  NORMAL: 1000,
  MALFORMED: 1003,
  INTERNAL: 1011,
  BEHIND: 1013,
  NO_IDENTIFY: 4000,
  BAD_TOKEN: 4001,
  TOO_MANY_CONSUMERS: 4002,
  SECOND_IDENTIFY: 4003,
  WRONG_OP: 4004,
  NO_HEARTBEAT: 4005,
  WRONG_TYPE: 4006,
  WRONG_HOST: 4007,
} as const
export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE]

export interface Closing {
  code: CloseCode
  reason: string
}
export const closing = (code: CloseCode, reason: string): Closing => ({ code, reason })

/** A close frame has room for 123 bytes of reason. */
const REASON_BYTES = 120
export function reasonText(reason: string): string {
  const bytes = new TextEncoder().encode(reason)
  return bytes.length <= REASON_BYTES
    ? reason
    : new TextDecoder().decode(bytes.subarray(0, REASON_BYTES - 3)).replace(/\uFFFD$/, '')
}
