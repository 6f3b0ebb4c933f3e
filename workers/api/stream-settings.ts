import { streamHub } from '../../durable-objects/stubs.ts'
import { z } from '../../shared/base/zod.ts'
import { type Developer, saveStreamSettings } from '../../shared/db/developers.ts'
import { open } from '../../shared/db/open.ts'
import { forgetDeveloper } from '../access.ts'
import { inputOf } from '../read-input.ts'
import { type Api, route } from './route.ts'

const tag = 'Streaming'
const Kept = z
  .object({
    minute_aggregates: z
      .boolean()
      .default(false)
      .describe('Whether minutes of a stream become samples of the user’s daily records and workouts'),
  })
  .openapi('StreamSettings')
const Change = z.strictObject({ minute_aggregates: z.boolean().optional() })
type StreamSettings = z.infer<typeof Kept>

const streamSettingsOf = (developer: Pick<Developer, 'stream'>): StreamSettings =>
  Kept.parse(JSON.parse(developer.stream))

export function addStreamSettings(api: Api): void {
  route(
    api,
    {
      id: 'getStreamSettings',
      method: 'get',
      path: '/stream/settings',
      scope: 'stream:read',
      tag,
      summary: 'What streams become beside being passed on',
      description: 'At first nothing is kept of a stream but what is needed to send it again for 24 hours.',
      answer: Kept,
      example: { minute_aggregates: false },
    },
    (c) => c.json(streamSettingsOf(c.get('developer'))),
  )
  route(
    api,
    {
      id: 'setStreamSettings',
      method: 'patch',
      path: '/stream/settings',
      scope: 'stream:write',
      tag,
      summary: 'Sets what streams become beside being passed on',
      description:
        'With `minute_aggregates` the minutes of users of the provider LIVE become samples of their daily records, and workouts become activities, every five minutes. It holds for what streams from now on.',
      body: Change,
      bodyExample: { minute_aggregates: true },
      answer: Kept,
      example: { minute_aggregates: true },
    },
    async (c) => {
      const developer = c.get('developer')
      const changed = { ...streamSettingsOf(developer), ...(await inputOf(c, Change)) }
      await saveStreamSettings(open(c.env.DB), developer.developer_id, JSON.stringify(changed))
      await streamHub(c.env, developer).tellMinutes(changed.minute_aggregates)
      forgetDeveloper(developer.developer_id)
      return c.json(changed)
    },
  )
}
