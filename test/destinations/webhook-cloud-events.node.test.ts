import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import type { Parcel } from '../../shared/delivery/define.ts'
import { batch, parcels } from '../../shared/delivery/parcel.ts'
import webhook from '../../shared/destinations/webhook.ts'
import { healthcheckParcel } from '../../workers/healthcheck.ts'
import { wrongInCloudEvent } from '../delivery/cloud-events-schema.ts'
import { context, delivery, event, group } from '../delivery/leases.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const settings = webhook.settings.parse({ url: 'https://receiver.example/hook', format: 'cloudevents' })

/** What the receiver gets of a parcel; its signature is checked as a receiver checks it. */
async function received(parcel: Parcel, given = settings): Promise<{ headers: Headers; body: unknown }> {
  let headers = new Headers()
  let body = ''
  const fetch = async (_: unknown, init?: RequestInit) => {
    headers = new Headers(init?.headers)
    body = String(init?.body)
    return new Response(null)
  }
  const signing = { signing_secret: SECRET }
  await webhook.send(parcel, context(given, {}, { fetch: fetch as never, signing }))
  return { headers, body: new Webhook(SECRET).verify(body, Object.fromEntries(headers)) }
}
const parcelsOf = (connection: number) =>
  parcels(group(connection, [event(7, { prevSeq: 5 }), event(8, { prevSeq: 7 })]), 'dst_1', delivery())

describe('a webhook that wants CloudEvents', () => {
  test('gets the event in an envelope, with the signatures over what is sent', async () => {
    const [parcel] = parcelsOf(1)
    const { headers, body } = await received(parcel!)
    expect(headers.get('content-type')).toBe('application/cloudevents+json')
    expect(headers.get('x-terra-trace-id')).toBe(parcel!.trace_id)
    expect(headers.get('fascia-event-seq')).toBe('8')
    expect(wrongInCloudEvent(body)).toEqual([])
    expect(body).toMatchObject({
      id: parcel!.trace_id,
      type: 'com.fascia.daily.v1',
      subject: 'user-1',
      sequence: '0000000000000008',
      prevsequence: '0000000000000005',
      data: JSON.parse(parcel!.body),
    })
  })
  test('gets a batch as a JSON array of them', async () => {
    const [one] = parcelsOf(1)
    const [two] = parcelsOf(2)
    const { headers, body } = await received(batch([one!, two!], '2022-03-16'))
    expect(headers.get('content-type')).toBe('application/cloudevents-batch+json')
    const events = body as { id: string; subject: string }[]
    expect(events.flatMap(wrongInCloudEvent)).toEqual([])
    expect(events.map(({ id, subject }) => [id, subject])).toEqual([
      [one!.trace_id, 'user-1'],
      [two!.trace_id, 'user-2'],
    ])
  })
  test('gets the address of the data where it wants links', async () => {
    const [one] = parcelsOf(1)
    const { headers, body } = await received(one!, { ...settings, payload: 'link' })
    expect(headers.get('content-type')).toBe('application/cloudevents+json')
    expect(wrongInCloudEvent(body)).toEqual([])
    expect(body).toMatchObject({ id: one!.trace_id, dataref: `https://fascia.example/v2/payloads/${one!.trace_id}` })
    expect(body).not.toHaveProperty('data')
  })
  test('is tested by an event that is one too', async () => {
    const { body } = await received(healthcheckParcel({ lastHour: 1, hourBefore: 2 }, 1_800_000_000_000))
    expect(wrongInCloudEvent(body)).toEqual([])
    expect(body).toMatchObject({ type: 'com.fascia.healthcheck.v1', data: { type: 'healthcheck' } })
  })
  test('is what was asked for: one of before has the event itself', () => {
    expect(webhook.settings.parse({ url: 'https://receiver.example/hook' })).toMatchObject({ format: 'plain' })
  })
})
