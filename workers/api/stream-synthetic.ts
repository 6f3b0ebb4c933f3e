import { streamHub } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { STREAM } from '../../shared/base/limits.ts'
import { SECOND_MS } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'
import { SYNTHETIC_TYPES } from '../../shared/streaming/synthetic.ts'
import { inputOf } from '../read-input.ts'
import { UserId } from './params.ts'
import { type Api, route } from './route.ts'
import { connectionOf } from './user-of.ts'

const Asked = z.strictObject({
  user_id: UserId,
  seconds: z.int().min(0).max(3_600).describe('How long; 0 ends one that is running'),
  types: z
    .array(z.enum(SYNTHETIC_TYPES))
    .min(1)
    .max(SYNTHETIC_TYPES.length)
    .refine((types) => new Set(types).size === types.length, 'names one twice')
    .default(['HEART_RATE'])
    .describe('What is measured; all of it of one body, so that a run shows in each'),
  hz: z.number().min(0.2).max(10).default(1).describe('Frames of each type a second'),
})
const Synthetic = z
  .object({
    user_id: z.string(),
    running: z.boolean(),
    types: z.array(z.enum(SYNTHETIC_TYPES)),
    hz: z.number(),
    ends_at: z.iso.datetime().nullable(),
  })
  .openapi('SyntheticStream')

export function addStreamSynthetic(api: Api): void {
  route(
    api,
    {
      id: 'startSyntheticStream',
      method: 'post',
      path: '/stream/synthetic',
      scope: 'stream:write',
      tag: 'Streaming',
      summary: 'Makes a test user stream, for so many seconds',
      description:
        'Of synthetic people only. The frames are made here, go the way of all frames, and are marked `synthetic`: true. A user streams once: what is asked anew takes the place of what is running. It ends by itself.',
      body: Asked,
      bodyExample: { user_id: EXAMPLE_USER.user_id, seconds: 600, types: ['HEART_RATE', 'STEPS'], hz: 1 },
      answer: Synthetic,
      example: {
        user_id: EXAMPLE_USER.user_id,
        running: true,
        types: ['HEART_RATE', 'STEPS'],
        hz: 1,
        ends_at: '2026-11-27T07:10:01.000Z',
      },
      fails: [404],
    },
    async (c) => {
      const { user_id, seconds, types, hz } = await inputOf(c, Asked)
      const { provider, state, ...row } = await connectionOf(c, user_id)
      if (!PROVIDERS[provider]?.synthetic)
        throw new Fault('unprocessable', 'user_id is of a real person: only synthetic people are made to stream')
      if (state !== 'active') throw new Fault('conflict', 'the user is not active: nothing of theirs is taken')
      const startAt = Date.now()
      const endAt = startAt + seconds * SECOND_MS
      const hub = streamHub(c.env, c.get('developer'))
      const plan = { seed: row.user_id, startAt, endAt, types, hz }
      if (!(await hub.synthesize(row.user_id, seconds === 0 ? undefined : plan)))
        throw new Fault('conflict', `${STREAM.syntheticStreams} test users stream already; end one with seconds 0`)
      const ends_at = seconds === 0 ? null : new Date(endAt).toISOString()
      return c.json({ user_id: row.user_id, running: seconds > 0, types, hz, ends_at })
    },
  )
}
