/** A socket as the core needs it, so that it runs wherever there is one: browsers, React Native, Node. */
export interface Socket {
  send(text: string): void
  close(code: number, reason: string): void
}
export interface SocketListener {
  received(text: string): void
  /** Once, whether it had been open or not; 1006 where the other side said nothing. */
  ended(code: number, reason: string): void
}
export type OpenSocket = (url: string, listener: SocketListener) => Socket

/** What browsers, React Native and Node share of WebSocket. */
interface WebSocketLike {
  send(text: string): void
  close(code?: number, reason?: string): void
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number; reason: string }) => void) | null
  onerror: ((event: unknown) => void) | null
}
export type WebSocketConstructor = new (url: string) => WebSocketLike

/** The transport of a runtime that has WebSocket; where it has none, hand one in (`ws` in older Node). */
export function webSocket(Constructor = (globalThis as { WebSocket?: unknown }).WebSocket as WebSocketConstructor) {
  if (typeof Constructor !== 'function')
    throw new Error('this runtime has no WebSocket: hand one in, as open: webSocket(WebSocket)')
  const open: OpenSocket = (url, listener) => {
    const socket = new Constructor(url)
    // Binary is nothing that the server sends; it is told from text by being no JSON.
    socket.onmessage = ({ data }) => listener.received(typeof data === 'string' ? data : '')
    socket.onclose = ({ code, reason }) => listener.ended(code, String(reason ?? ''))
    // What follows it, always, is `close`; some runtimes throw where nobody listens.
    socket.onerror = () => {}
    return { send: (text) => socket.send(text), close: (code, reason) => socket.close(code, reason) }
  }
  return open
}
