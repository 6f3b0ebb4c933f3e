/** What to do after a socket was closed: connect again, with a new token, or not before something is mended. */
export type CloseAction = { kind: 'reconnect' } | { kind: 'renew' } | { kind: 'stop'; mend: string }

const STOPS: Record<number, string> = {
  1003: 'the server could not read what was sent; compare the samples with the documented form, and update this SDK',
  1007: 'the server could not read the text that was sent; update this SDK',
  1009: 'a message was too large for the server; set limits.batchBytes lower',
  4003: 'the session was identified twice; update this SDK, and open one socket per producer',
  4004: 'the server does not take this kind of frame from this session; hand in a token of POST /auth/user (a producer), and check that the server speaks op 9',
  4006: 'the contract does not have this data type among `live`; submit its types only',
  4007: 'the socket is at the host of another region; set url to the host that the reason names',
}

/** 4000 and 4002 too pass by themselves: a slow network, a full house. */
export function actionOf(code: number): CloseAction {
  if (code === 4001) return { kind: 'renew' }
  const mend = STOPS[code]
  return mend === undefined ? { kind: 'reconnect' } : { kind: 'stop', mend }
}
