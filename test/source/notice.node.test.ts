import { expect, test } from 'vitest'
import { clock } from '../../shared/source/clocks.ts'
import { defineProvider } from '../../shared/source/define.ts'
import { into } from '../../shared/source/map.ts'
import { normalizePayload } from '../../shared/source/normalize.ts'
import { session } from '../../shared/source/places.ts'
import { constant } from '../../shared/source/readers.ts'

const provider = defineProvider({
  slug: 'x',
  resource: 'X',
  name: 'X',
  category: 'body',
  origins: [],
  auth: { kind: 'device' },
  connected: { historyDays: 0 },
  webhook: {
    handshake: { kind: 'none' },
    verify: { kind: 'secret-path', headers: [] },
    body: 'json',
    shape: { kind: 'list', items: '', owner: 'user', resource: 'type' },
    kind: 'ping',
    deletion: { path: 'event', is: ['delete', 'hide'], id: 'object.id', at: 'at' },
    ok: 200,
  },
  pulls: {},
  notices: {},
  maps: {
    run: into('activity', session({ id: 'id', start: clock('start'), end: clock('end') }), {
      metadata: { type: constant(8), upload_type: constant(1) },
    }),
  },
})
const read = (kind: 'notice' | 'fetched', page: unknown) =>
  normalizePayload(provider, { resource: 'run', kind, body: JSON.stringify(page), user_id: 'u' })

test('a notification that something is gone takes back the record that was made of it', () => {
  const [made] = read('fetched', {
    run: [{ id: 7, start: '2026-07-01T10:00:00Z', end: '2026-07-01T11:00:00Z' }],
  }).records
  const at = '2026-07-02T00:00:00Z'
  const { records, quarantined } = read('notice', [
    { event: 'hide', object: { id: 7 }, at },
    { event: 'update', object: { id: 8 } },
  ])
  expect(quarantined).toEqual([])
  expect(records).toEqual([
    {
      type: 'activity',
      part: 'run',
      summary_id: made!.summary_id,
      data: undefined,
      startAt: Date.parse(at),
      endAt: Date.parse(at),
    },
  ])
})
test('one that does not say what is gone is quarantined, and takes nothing back', () =>
  expect(read('notice', [{ event: 'delete', object: {} }])).toEqual({
    records: [],
    notices: [],
    quarantined: [{ path: '/object/id', reason: 'the notification says that something is gone, but not what' }],
  }))
