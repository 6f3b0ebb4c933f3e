import { Buffer } from 'node:buffer'
import { beforeAll, expect, test, vi } from 'vitest'
import { eventLog } from '../../durable-objects/stubs.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import { drainCell } from '../../workers/queues/send.ts'
import { SqsDouble } from '../doubles/sqs.ts'
import { appendDaily, call, house, migrate, newAccount, newConnection } from '../house.ts'
import { ACCOUNT, KEYS } from './queue.ts'

/** The whole way inside the runtime of production; Amazon's own implementation checks the signature. */
const HOST = 'sqs.eu-central-1.amazonaws.com'
const double = new SqsDouble({ queues: [{ name: 'health.fifo' }], ...ACCOUNT })
beforeAll(async () => {
  await migrate()
  const outside = globalThis.fetch
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input as string, init)
    const { host, pathname, search } = new URL(request.url)
    if (host !== HOST) return outside(input, init)
    const asked = {
      method: request.method,
      url: pathname + search,
      headers: { ...Object.fromEntries(request.headers), host },
    }
    const answer = await double.answer(asked, Buffer.from(await request.arrayBuffer()))
    if (answer === 'reset') throw new Error('Network connection lost.')
    return new Response(answer.body, answer)
  })
  return () => vi.restoreAllMocks()
})

async function added(settings: object, secrets: object = KEYS, who?: Awaited<ReturnType<typeof newAccount>>) {
  const account = who ?? (await newAccount())
  const response = await call('/v2/destinations', {
    method: 'POST',
    headers: account.headers,
    body: JSON.stringify({ type: 'sqs', settings, secrets }),
  })
  return { account, status: response.status, text: await response.text() }
}
const queue_url = `https://${HOST}/123456789012/health.fifo`

test('is tried when it is saved, and its keys are shown to nobody', async () => {
  const { account, status, text } = await added({ queue_url })
  expect([status, JSON.parse(double.messages('health.fifo')[0]!.body).type]).toEqual([201, 'healthcheck'])
  const list = await (await call('/v2/destinations', { headers: account.headers })).text()
  for (const shown of [text, list]) expect(shown).not.toContain(KEYS.secret_access_key)
  const refused = await added({ queue_url: `https://${HOST}/123456789012/none` })
  expect([refused.status, JSON.parse(refused.text).detail]).toEqual([
    400,
    expect.stringContaining('queue_url: QueueDoesNotExist: The specified queue does not exist; create the queue'),
  ])
})
test('takes what happens from then on, in order, and a link to what is too large that opens', async () => {
  const { account, text } = await added({ queue_url, max_inline_bytes: 2_048 })
  const { destination_id } = JSON.parse(text) as { destination_id: string }
  double.messages('health.fifo').splice(0)
  const person = await newConnection(account)
  await appendDaily(person, '2026-07-01', { distance_data: { summary: { steps: 7 } } })
  await appendDaily(person, '2026-07-02', { device_data: { name: 'x'.repeat(3_000) } })
  const log = eventLog(house, person)
  double.troubles.push({ kind: 'reset', after: true })
  await drainCell(house, cellName(person), await log.lease(destination_id), Date.now() + 10_000)
  const messages = double.messages('health.fifo')
  expect(messages.map(({ attributes }) => attributes.type?.StringValue)).toEqual(['auth', 'daily', 'daily'])
  expect(messages.map(({ group }) => group)).toEqual(Array(3).fill(person.user_id))
  expect(JSON.parse(messages[1]!.body)).toMatchObject({ data: [{ distance_data: { summary: { steps: 7 } } }] })
  const { type, url, payload_reference } = JSON.parse(messages[2]!.body) as Record<string, string>
  expect(type).toBe('s3_payload')
  const opened = await call(url!.replace('https://fascia.test', ''))
  expect(await opened.json()).toMatchObject({
    type: 'daily',
    user: { user_id: person.user_id },
    data: [{ device_data: { name: 'x'.repeat(3_000) } }],
  })
  const again = await call(`/v2/payloads/${payload_reference}/link`, { method: 'POST', headers: account.headers })
  expect(again.status).toBe(200)
  expect(await log.deliveryStatus(destination_id)).toMatchObject({ lag: 0, held: [] })
})
