import { WebSocket } from 'ws'

type Account = { dev_id: string; api_key: string }
interface Frame {
  op: number
}

/** Somebody's strap: a plain client of the streaming contract, as a phone would be. */
export async function strapOf(url: string, account: Account, userId: string) {
  const headers = { 'dev-id': account.dev_id, 'x-api-key': account.api_key }
  const asked = await fetch(`${url}/auth/user?id=${userId}`, { method: 'POST', headers })
  if (!asked.ok) throw new Error(`no token for ${userId}: ${asked.status} ${await asked.text()}`)
  const { token } = (await asked.json()) as { token: string }
  const socket = new WebSocket(`${url.replace('http', 'ws')}/connect`)
  const waiting: { op: number; done: () => void; fail: (error: Error) => void }[] = []
  socket.on('message', (data) => {
    const { op } = JSON.parse(String(data)) as Frame
    const i = waiting.findIndex((one) => one.op === op)
    if (i >= 0) waiting.splice(i, 1)[0]!.done()
  })
  socket.on('close', (code, reason) => {
    for (const { op, fail } of waiting.splice(0)) fail(new Error(`closed with ${code} ${reason} before op ${op}`))
  })
  const next = (op: number) => new Promise<void>((done, fail) => waiting.push({ op, done, fail }))
  const say = (frame: object) => socket.send(JSON.stringify(frame))
  await next(2)
  say({ op: 3, d: { type: 0, token } })
  await next(4)
  return {
    /** Sends samples, a second apart by their own times, the last of them now; fulfilled when they can be replayed. */
    async send(t: string, values: number[], endsAt = Date.now()): Promise<void> {
      values.forEach((val, i) => {
        const ts = new Date(endsAt - (values.length - 1 - i) * 1_000).toISOString()
        say({ op: 6, t, d: { ts, val } })
      })
      say({ op: 0 })
      await next(1)
    },
    /** A frame as it is. */
    submit: (t: string, d: object) => say({ op: 6, t, d }),
    tell: (connected: boolean, more: object = {}) => say({ op: 8, d: { connected, ...more } }),
    stop: () => socket.close(),
  }
}
