import { describe, expect, it } from 'vitest'
import { WebhookEvent } from '../../shared/schema/event.ts'
import { EVENT_TYPES } from '../../shared/schema/event-types.ts'
import { VERSIONS } from '../../shared/schema/version.ts'
import { assembled, readGolden } from './golden.ts'

/** What receivers of a release were sent stays what they are sent: one event of each type, kept when the release was made. */

/** In the schema, and put together elsewhere than in a cell. */
const APART = ['healthcheck', 's3_payload']

describe.each(VERSIONS)('events of %s', (version) => {
  it.each(EVENT_TYPES)('%s is kept, is taken by today’s schema whole, and is put together byte by byte', (type) => {
    const golden = readGolden(version, type)
    expect(golden, 'node test/schema/make-golden.ts keeps one').toBeDefined()
    const { input, event } = golden!
    expect(WebhookEvent.parse(event)).toMatchObject(event)
    expect(input === undefined).toBe(APART.includes(type))
    if (input) expect(assembled(type, input)).toBe(JSON.stringify(event))
  })
})
