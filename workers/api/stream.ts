import { streamHub } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { settings } from '../../shared/base/settings.ts'
import { z } from '../../shared/base/zod.ts'
import { connectionsNamed } from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'
import { filterOf, StreamQuery } from '../../shared/streaming/filter.ts'
import { HOPS } from '../../shared/streaming/hops.ts'
import { atItsHost } from '../suppliers/region.ts'
import { type Api, queryOf, route } from './route.ts'

const tag = 'Streaming'
const AT = '2026-11-27T07:00:01.000Z'
const SEQ = 1_795_762_801_000_000
const iso = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString())
const time = z.iso.datetime().nullable()

const Device = z.object({
  connected: z.boolean(),
  device_id: z.string().optional(),
  source: z.string().optional(),
  reason: z.string().optional(),
  at: z.iso.datetime(),
})
const Presence = z
  .object({
    user_id: z.string(),
    reference_id: z.string().nullable(),
    live: z.boolean().describe('A producer of theirs is connected'),
    producers: z.int(),
    since: time,
    last_sample_at: time,
    device: Device.nullable().describe('What the producer said last of its link to a device; null: it did not say'),
    synthetic: z.boolean(),
  })
  .openapi('StreamPresence')
const Hop = z.object({ p50_ms: z.number(), p99_ms: z.number(), n: z.int() }).openapi('StreamHop')
const Status = z
  .object({
    producers: z.int(),
    consumers: z.array(
      z.object({
        consumer_id: z.string(),
        kind: z.enum(['socket', 'events']),
        since: z.iso.datetime(),
        behind_ms: z.int().nullable().describe('null: it is being found out'),
        filter: z.object({ users: z.array(z.string()).optional(), types: z.array(z.string()).optional() }),
      }),
    ),
    retained: z.object({
      from_seq: z.int().nullable().describe('The earliest frame that can be replayed; null: there is none'),
      from: time,
      to_seq: z.int(),
      bytes: z.int(),
      dropped: z
        .object({ frames: z.int(), last_at: z.iso.datetime() })
        .nullable()
        .describe('Frames that went before a day was over, because there was no room'),
    }),
    frames_last_minute: z.int(),
    latency: z.object(Object.fromEntries(HOPS.map((hop) => [hop, Hop])) as Record<(typeof HOPS)[number], typeof Hop>),
  })
  .openapi('StreamStatus')

export function addStream(api: Api): void {
  route(
    api,
    {
      id: 'streamEvents',
      method: 'get',
      path: '/stream',
      scope: 'stream:read',
      tag,
      summary: 'The live stream of all users, as server-sent events',
      description:
        'Each event is a DISPATCH frame, its `seq` the event’s id: whoever comes again with `last-event-id`, or `after`, gets everything since. An event `dropped` says that something since then is not kept any more.',
      query: StreamQuery,
      events: 'The stream, until one side ends it',
      fails: [421],
      example: `id: ${SEQ}\ndata: {"op":5,"uid":"${EXAMPLE_USER.user_id}","seq":${SEQ},"t":"HEART_RATE","d":{"ts":"2026-11-27T08:00:01+01:00","val":64}}\n\n`,
    },
    async (c) => {
      atItsHost(c, c.get('developer').region)
      const query = queryOf(c, StreamQuery)
      const last = c.req.header('last-event-id')
      const after = last === undefined ? query.after : StreamQuery.shape.after.parse(last)
      const { key_id } = c.get('caller')
      const body = await streamHub(c.env, c.get('developer')).events({ filter: filterOf(query), after, key_id })
      if (!body) {
        const most = settings(c.env).STREAM_CONSUMERS
        throw new Fault('rate_limited', `${most} consumers are connected; close one and try again`, {
          'retry-after': '5',
        })
      }
      return c.body(body, 200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    },
  )
  route(
    api,
    {
      id: 'streamPresence',
      method: 'get',
      path: '/stream/presence',
      scope: 'stream:read',
      tag,
      summary: 'Who is live, and who was in the last day',
      description: 'Who is live comes first, then by the last sample; at most 1,000.',
      answer: z.object({ users: z.array(Presence) }),
      example: {
        users: [
          {
            user_id: EXAMPLE_USER.user_id,
            reference_id: 'person-17',
            live: true,
            producers: 1,
            since: AT,
            last_sample_at: AT,
            device: { connected: true, device_id: 'strap-1', source: 'BLE', at: AT },
            synthetic: false,
          },
        ],
      },
    },
    async (c) => {
      const { developer_id } = c.get('developer')
      const users = (await streamHub(c.env, c.get('developer')).presence()).slice(0, 1_000)
      const ids = users.map(({ user_id }) => user_id)
      const rows = await connectionsNamed(open(c.env.DB), developer_id, ids)
      const names = new Map(rows.map(({ user_id, reference_id }) => [user_id, reference_id]))
      return c.json({
        users: users.map((user) => ({
          ...user,
          reference_id: names.get(user.user_id) ?? null,
          since: iso(user.since),
          last_sample_at: iso(user.last_sample_at),
          device: user.device && { ...user.device, at: iso(user.device.at) },
        })),
      })
    },
  )
  route(
    api,
    {
      id: 'streamStatus',
      method: 'get',
      path: '/stream/status',
      scope: 'stream:read',
      tag,
      summary: 'How the stream goes: who listens, what can be replayed, how long each hop takes',
      description: 'Times are of the last 15 minutes, and from when the stream was last idle for long.',
      answer: Status,
      example: {
        producers: 1,
        consumers: [
          { consumer_id: '0d0e2c64-6a53-4d0f-9a38-0f2f6a1c7f11', kind: 'socket', since: AT, behind_ms: 0, filter: {} },
        ],
        retained: { from_seq: SEQ, from: AT, to_seq: SEQ, bytes: 312, dropped: null },
        frames_last_minute: 60,
        latency: {
          session_to_hub: { p50_ms: 1, p99_ms: 3, n: 60 },
          hub: { p50_ms: 0, p99_ms: 5, n: 60 },
          hub_to_consumer: { p50_ms: 1, p99_ms: 3, n: 60 },
        },
      },
    },
    async (c) => {
      const { producers, consumers, retained, frames_last_minute, latency } = await streamHub(
        c.env,
        c.get('developer'),
      ).status()
      const { from, at, to, bytes, dropped } = retained
      return c.json({
        producers,
        consumers: consumers.map(({ since, behindMs, ...consumer }) => ({
          ...consumer,
          since: iso(since),
          behind_ms: behindMs ?? null,
        })),
        retained: {
          from_seq: from ?? null,
          from: iso(at),
          to_seq: to,
          bytes,
          dropped: dropped && { frames: dropped.frames, last_at: iso(dropped.lastAt) },
        },
        frames_last_minute,
        latency,
      })
    },
  )
}
