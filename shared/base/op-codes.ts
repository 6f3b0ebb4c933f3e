/** Op codes of the live protocol, for both its ends. 9 and 10 are ours: nobody is sent one who did not send, or ask for, one. */
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
