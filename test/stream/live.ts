import { type Account, call } from '../house.ts'

export interface Frame {
  op: number
  uid: string
  seq: number
  t: string
  d: Record<string, unknown>
  synthetic?: true
}
/** A client's end of a live socket in workerd. */
export interface Live {
  received: Frame[]
  closed: { code: number; reason: string } | undefined
  dispatched(): Frame[]
  send(frame: unknown): void
  sendText(text: string | ArrayBuffer): void
  close(): void
  /** Fulfilled when it holds, looked at whenever something comes. */
  until(holds: () => boolean): Promise<void>
}

export async function tokenFor(role: 'producer' | 'consumer', account: Account, userId?: string): Promise<string> {
  const path = role === 'producer' ? `/auth/user?id=${userId}` : '/auth/developer'
  const answer = await call(path, { method: 'POST', headers: account.headers })
  const body = (await answer.json()) as { token?: string; detail?: string }
  if (body.token === undefined) throw new Error(`${answer.status} ${body.detail}`)
  return body.token
}

/** An open socket, before anybody identified themselves. */
export async function openSocket(query = '', ask: typeof call = call): Promise<Live> {
  const response = await ask(`/connect${query}`, { headers: { upgrade: 'websocket' } })
  const ws = response.webSocket
  if (!ws) throw new Error(`${response.status} ${await response.text()}`)
  ws.accept()
  const waiting = new Set<() => void>()
  const live: Live = {
    received: [],
    closed: undefined,
    dispatched: () => live.received.filter(({ op }) => op === 5),
    send: (frame) => ws.send(JSON.stringify(frame)),
    sendText: (text) => ws.send(text),
    close: () => ws.close(1000),
    until: (holds) =>
      new Promise((resolve) => {
        const look = () => {
          if (!holds()) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
  }
  ws.addEventListener('message', ({ data }) => {
    live.received.push(JSON.parse(data as string) as Frame)
    for (const look of [...waiting]) look()
  })
  ws.addEventListener('close', ({ code, reason }) => {
    live.closed = { code, reason }
    for (const look of [...waiting]) look()
  })
  await live.until(() => live.received.length > 0)
  return live
}

/** Identified: READY has come, or it was closed. */
export async function connectAs(
  role: 'producer' | 'consumer',
  account: Account,
  userId?: string,
  query = '',
  token?: string,
  producer?: string,
): Promise<Live> {
  const live = await openSocket(query)
  return identified(live, role, token ?? (await tokenFor(role, account, userId)), producer)
}
export async function identified(live: Live, role: 'producer' | 'consumer', token: string, producer?: string) {
  live.send({ op: 3, d: { type: role === 'producer' ? 0 : 1, token, producer } })
  await live.until(() => live.closed !== undefined || live.received.some(({ op }) => op === 4))
  return live
}
