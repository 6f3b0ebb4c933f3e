import { beforeAll, describe, expect, test } from 'vitest'
import { OP } from '../../shared/base/op-codes.ts'
import { DESTINATIONS } from '../../shared/catalog/units.ts'
import { WebhookEvent } from '../../shared/schema/event.ts'
import { EVENT_TYPES } from '../../shared/schema/event-types.ts'
import { EXAMPLE_EVENTS } from '../../shared/schema/examples/events.ts'
import { CLOSE } from '../../shared/streaming/close-codes.ts'
import { StreamQuery } from '../../shared/streaming/filter.ts'
import { eventDocs } from '../../workers/manual/events.ts'
import { fieldsOf } from '../../workers/manual/fields.ts'
import { call } from '../house.ts'

describe('the reference', () => {
  test('loads nothing but our own files, and no script in the page', async () => {
    const response = await call('/docs')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
    const page = await response.text()
    expect(page).toContain('<title>API reference · Fascia</title>')
    const loaded = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address!)
    expect(loaded.filter((address) => !address.startsWith('/') && address !== 'data:,')).toEqual([])
    for (const address of loaded.filter((one) => one.startsWith('/'))) {
      const file = await call(address)
      expect([address, file.status]).toEqual([address, 200])
      await file.body?.cancel()
    }
  })
  test('sends the renderer’s files with our headers, and no others', async () => {
    const file = await call('/docs/assets/swagger-ui-bundle.js')
    expect(file.headers.get('content-type')).toContain('javascript')
    expect(file.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await file.text()).toContain('SwaggerUIBundle')
    const missing = await call('/docs/assets/nothing.js')
    expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
  })
})

describe('the page of an event', () => {
  let list: string
  beforeAll(async () => {
    list = await (await call('/docs/events')).text()
  })

  test.each(EVENT_TYPES)('%s shows every field, and an example that the schema takes', async (type) => {
    expect(list).toContain(`href="/docs/events/${type}"`)
    const response = await call(`/docs/events/${type}`)
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    const page = await response.text()
    expect(page).not.toContain('<script')
    const shown = /<pre[^>]*><code>([\s\S]*?)<\/code>/.exec(page)![1]!
    const example = JSON.parse(shown.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&'))
    expect(WebhookEvent.parse(example)).toEqual(EXAMPLE_EVENTS[type])
    const option = WebhookEvent.options.find((one) => one.shape.type.value === type)!
    for (const name of Object.keys(option.shape)) expect(page).toMatch(new RegExp(`<code>${name}(\\[\\])?</code>`))
    expect(page).toContain('x-terra-ordering-timestamp')
  })
  test('that is not there says where the list is', async () => {
    const response = await call('/docs/events/nothing')
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('/docs/events lists them')
  })
  test('says of every field of the event itself what it is', () => {
    const bare = eventDocs().flatMap(({ type, fields }) =>
      fields
        .filter(({ name, description }) => !name.includes('.') && description === '')
        .map(({ name }) => [type, name]),
    )
    expect(bare).toEqual([])
  })
  test('names kinds of fields in words', () => {
    const fields = eventDocs().find(({ type }) => type === 'sleep')!.fields
    expect(fields).toContainEqual({ name: 'type', type: '"sleep"', required: true, description: 'Which event it is' })
    expect(fields).toContainEqual(
      expect.objectContaining({ name: 'data[].metadata.is_nap', type: 'boolean | null', required: false }),
    )
  })
})

describe('the page of a kind of destination', () => {
  test.each(Object.values(DESTINATIONS))('$type explains each of its settings', async (unit) => {
    expect(await (await call('/docs/destinations')).text()).toContain(`href="/docs/destinations/${unit.type}"`)
    const page = await (await call(`/docs/destinations/${unit.type}`)).text()
    const fields = [...fieldsOf(unit.settings, 1), ...fieldsOf(unit.secrets, 1)]
    for (const { name, description } of fields) {
      expect(description, name).not.toBe('')
      expect(page).toContain(`<code>${name}</code>`)
    }
  })
  test('that nobody knows is not there', async () => {
    expect((await call('/docs/destinations/pigeon')).status).toBe(404)
  })
})

describe('the page of the live protocol', () => {
  let page: string
  beforeAll(async () => {
    page = await (await call('/docs/streaming')).text()
  })
  test('is linked, and has every frame, close code and parameter', async () => {
    expect(await (await call('/docs/events')).text()).toContain('href="/docs/streaming"')
    for (const [name, op] of Object.entries(OP)) expect(page).toContain(`<code>${op}</code> ${name}`)
    for (const code of Object.values(CLOSE)) expect(page).toContain(`<td><code>${code}</code></td>`)
    for (const name of Object.keys(StreamQuery.shape)) expect(page).toContain(`<code>${name}</code>`)
    expect(page).toContain('<td class="soft">integer</td>')
  })
  test('shows the sequence as a picture of its own, with words for who does not see it', () => {
    const picture = /<svg[\s\S]*?<\/svg>/.exec(page)![0]
    expect(picture).toContain('role="img" aria-labelledby="sequence-title sequence-about"')
    expect(picture).toContain('<desc id="sequence-about">A producer and a consumer')
    // Its policy allows no style in the page.
    expect(page).not.toContain('<style')
    expect(page).not.toContain('<script')
  })
  test('leads nowhere that is not there', async () => {
    const led = [...page.matchAll(/href="(\/[^"]*)"/g)].map(([, address]) => address!)
    expect(led).toEqual(expect.arrayContaining(['/asyncapi.json', '/dashboard/live']))
    for (const address of new Set(led)) {
      const answer = await call(address, { redirect: 'manual' })
      expect([address, answer.status < 400]).toEqual([address, true])
      await answer.body?.cancel()
    }
  })
  test('has the protocol as a document of this deployment', async () => {
    const answer = await call('/asyncapi.json')
    expect(answer.headers.get('content-type')).toContain('application/json')
    expect(await answer.json()).toMatchObject({
      asyncapi: '3.0.0',
      servers: { deployment: { host: 'fascia.test', protocol: 'wss' } },
      channels: { connect: { address: '/connect' } },
    })
  })
})
