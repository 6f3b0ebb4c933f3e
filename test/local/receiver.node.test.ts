import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { type Receiver, startReceiver } from './receiver.ts'

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`
let receiver: Receiver
afterEach(() => receiver.close())

/** Signs as the wire contract and Standard Webhooks say, from their texts and not with our code. */
async function call(event: {
  seq?: number
  trace?: string
  prev?: number
  user?: string
  data?: unknown[]
  forge?: boolean
}) {
  const { seq = 1, trace = `t${seq}`, user = 'u1', data = [{ metadata: { summary_id: `s${seq}` } }], prev } = event
  const body = JSON.stringify({ type: 'sleep', user: { user_id: user, provider: 'OURA' }, data })
  const t = Math.floor(Date.now() / 1000)
  const v1 = createHmac('sha256', SECRET).update(`${t}.${body}`).digest('hex')
  const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64')
  const standard = createHmac('sha256', key).update(`${trace}.${t}.${body}`).digest('base64')
  const response = await fetch(`${receiver.url}/hook`, {
    method: 'POST',
    body: event.forge ? body.replace('OURA', 'FAKE') : body,
    headers: {
      'terra-signature': `t=${t},v1=${v1}`,
      'x-terra-signature': `t=${t},v1=${v1}`,
      'webhook-id': trace,
      'webhook-timestamp': String(t),
      'webhook-signature': `v1,${standard}`,
      'x-terra-trace-id': trace,
      'fascia-event-seq': String(seq),
      ...(prev !== undefined && { 'fascia-prev-seq': String(prev) }),
    },
  })
  return response.status
}

describe('the receiver', () => {
  it('takes what both verifiers hold for good and refuses the rest', async () => {
    receiver = await startReceiver()
    await receiver.secret('/hook', SECRET)
    expect(await call({ seq: 1 })).toBe(200)
    expect(await call({ seq: 2, forge: true })).toBe(401)
    expect(receiver.summary().signatures).toEqual({
      terra: { valid: 1, invalid: 1, unchecked: 0 },
      standard: { valid: 1, invalid: 1, unchecked: 0 },
    })
  })
  it('judges calls that came before their secret was known', async () => {
    receiver = await startReceiver()
    await call({ seq: 1 })
    expect(receiver.summary().calls).toBe(0)
    await receiver.secret('/hook', SECRET)
    expect(receiver.summary()).toMatchObject({ calls: 1, landed: 1, signatures: { terra: { valid: 1 } } })
  })
  it('counts a repeated call as duplicated, not as out of order', async () => {
    receiver = await startReceiver({ verify: false })
    await call({ seq: 1 })
    await call({ seq: 2, prev: 1 })
    await call({ seq: 1 })
    expect(receiver.summary()).toMatchObject({ landed: 2, duplicated: 1, altered: 0, reordered: 0, gaps: 0 })
  })
  it('counts other content under a known trace id as altered', async () => {
    receiver = await startReceiver({ verify: false })
    await call({ seq: 1 })
    await call({ seq: 1, data: [{ metadata: { summary_id: 's1' }, more: true }] })
    expect(receiver.summary()).toMatchObject({ duplicated: 0, altered: 1 })
  })
  it('counts a first arrival behind a later one of the same user as reordered', async () => {
    receiver = await startReceiver({ verify: false })
    await call({ seq: 5 })
    await call({ seq: 4 })
    await call({ seq: 3, user: 'u2' })
    expect(receiver.summary()).toMatchObject({ landed: 3, reordered: 1 })
  })
  it('sees a gap where the call before is not the one named', async () => {
    receiver = await startReceiver({ verify: false })
    await call({ seq: 1 })
    await call({ seq: 3, prev: 2 })
    expect(receiver.summary().gaps).toBe(1)
  })
})
