import { CLOSE } from '../../shared/streaming/close-codes.ts'

export interface CloseDoc {
  cause: string
  action: string
}

/** Every close code, by its name in the kit: one without an explanation does not compile. */
export const CLOSES: Record<keyof typeof CLOSE, CloseDoc> = {
  NORMAL: { cause: 'One side is done', action: 'Nothing' },
  MALFORMED: {
    cause: 'A frame is not JSON, binary, too large, too deep, or not as described',
    action: 'Mend the client: the same frame is refused again',
  },
  INTERNAL: {
    cause: 'Our mistake: what was not acknowledged may not be stored',
    action: 'Connect again after a pause; a producer sends again what was not acknowledged',
  },
  BEHIND: {
    cause: 'A consumer did not read for a minute, frames it was owed are gone, or it asked for too many ranges at once',
    action: 'Connect again with the `after` that the reason names, and read faster or less: `types`, `users`',
  },
  NO_IDENTIFY: { cause: 'No IDENTIFY in time', action: 'Ask for the token before you open the socket' },
  BAD_TOKEN: {
    cause:
      'The token is not known, over, used, of the other role, its user is gone or not active, or what it was given by has ended: a key, a supplier’s right or time',
    action: 'Ask for a new token; where that is refused, stop',
  },
  TOO_MANY_CONSUMERS: {
    cause: 'As many consumers as a developer may have are connected',
    action: 'Close one, or wait and connect again',
  },
  SECOND_IDENTIFY: { cause: 'IDENTIFY came twice', action: 'Mend the client: one socket is one session' },
  WRONG_OP: {
    cause: 'An op that is unknown, the server’s, of the other role, or before IDENTIFY',
    action: 'Mend the client',
  },
  NO_HEARTBEAT: {
    cause: 'No heartbeat for one and a half intervals',
    action: 'Connect again; a device that sleeps does so when it wakes',
  },
  WRONG_TYPE: {
    cause: 'A supplier’s sample of a type that its contract does not have among `live`; nothing of its frame was taken',
    action: 'Mend the client, or bring a version of the contract that has the type',
  },
  WRONG_HOST: {
    cause: 'The socket is at the host of another region than the token’s; the token stays good',
    action: 'Open it at the host that the reason names',
  },
}

export const closeCodes = () =>
  Object.entries(CLOSES).map(([name, about]) => ({ code: CLOSE[name as keyof typeof CLOSE], name, ...about }))
