import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { createClient } from '../../shared/sdk/client.ts'
import { createTypedClient, type Schemas, type TypedClient } from '../../shared/sdk/typed-client.ts'
import { serve } from '../local/spawned.ts'

let server: Awaited<ReturnType<typeof serve>>
let fascia: TypedClient

beforeAll(async () => {
  server = await serve()
  const { operator_token } = JSON.parse(readFileSync(join(server.home, 'local.json'), 'utf8'))
  const { operator } = createClient({ baseUrl: server.url, operatorToken: operator_token })
  const { dev_id, api_key } = await operator.createDeveloper({ name: 'Typed' })
  fascia = createTypedClient({ baseUrl: server.url, devId: dev_id, apiKey: api_key })
}, 120_000)
afterAll(() => server?.stop())

describe('the client made from the document', () => {
  test('adds, changes and removes a destination', async () => {
    const { data: made } = await fascia.POST('/destinations', {
      body: {
        type: 'webhook',
        settings: { url: 'https://receiver.example/hook' },
        delivery: { event_types: ['sleep'] },
      },
    })
    expect(made).toMatchObject({ state: 'active', signing_secret: expect.stringMatching(/^whsec_/) })
    const params = { path: { id: made!.destination_id } }
    const { data: changed } = await fascia.PATCH('/destinations/{id}', { params, body: { state: 'paused' } })
    expect(changed?.state).toBe('paused')
    expectTypeOf(changed!.state).toEqualTypeOf<'starting' | 'active' | 'paused' | 'disabled'>()
    const { data: list } = await fascia.GET('/destinations')
    expect(list?.destinations.map((one) => one.destination_id)).toEqual([made!.destination_id])
    expect((await fascia.DELETE('/destinations/{id}', { params })).data).toEqual({ status: 'success' })
  })

  test('gives a refusal as a problem, without throwing', async () => {
    const { data, error, response } = await fascia.GET('/sleep', {
      params: { query: { user_id: 'nobody', start_date: '2026-07-01', to_webhook: false } },
    })
    expect([data, response.status, error?.detail]).toEqual([undefined, 404, 'user not found'])
    expectTypeOf(error).toEqualTypeOf<Schemas['Problem'] | undefined>()
  })

  test('begins a sign-in and lists the connections', async () => {
    const { data: started } = await fascia.POST('/auth/authenticateUser', {
      params: { query: { resource: 'OURA' } },
      body: { reference_id: 'user-42' },
    })
    expect(new URL(started!.auth_url).protocol).toMatch(/^http/)
    expectTypeOf(started!.user_id).toEqualTypeOf<string>()
    const { data } = await fascia.GET('/subscriptions')
    expect(data).toEqual({ users: [] })
  })

  test('knows the paths, parameters and codes of the document', () => {
    const wrong = () => {
      // @ts-expect-error: no such path
      fascia.GET('/sleeps')
      // @ts-expect-error: whose sleep?
      fascia.GET('/sleep', { params: { query: { start_date: '2026-07-01' } } })
      // @ts-expect-error: no such state
      fascia.PATCH('/destinations/{id}', { params: { path: { id: '' } }, body: { state: 'asleep' } })
    }
    expect(wrong).toBeInstanceOf(Function)
    expectTypeOf<Schemas['SleepEvent']['type']>().toEqualTypeOf<'sleep'>()
    expectTypeOf<Extract<Schemas['WebhookEvent'], { type: 'deauth' }>['user']>().toEqualTypeOf<Schemas['TerraUser']>()
  })
})
