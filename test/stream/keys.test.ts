import { beforeAll, describe, expect, test } from 'vitest'
import { type Account, call, migrate } from '../house.ts'
import { connectAs, tokenFor } from './live.ts'
import { beat, readEvents, stage, stored, values } from './stage.ts'

beforeAll(migrate)

/** Another key of the developer, that may listen. */
async function listener(account: Account, scopes = ['stream:read']): Promise<Account & { key_id: string }> {
  const answer = await call('/v2/keys', {
    method: 'POST',
    headers: account.headers,
    body: JSON.stringify({ name: 'listener', scopes }),
  })
  const { key_id, api_key } = (await answer.json()) as { key_id: string; api_key: string }
  return { ...account, key_id, api_key, headers: { ...account.headers, 'x-api-key': api_key } }
}

describe('a key that ends', () => {
  const ends: [string, (account: Account, keyId: string) => Promise<Response>][] = [
    ['is deleted', ({ headers }, id) => call(`/v2/keys/${id}`, { method: 'DELETE', headers })],
    [
      'may not listen any more',
      ({ headers }, id) =>
        call(`/v2/keys/${id}`, { method: 'PATCH', headers, body: JSON.stringify({ scopes: ['events:read'] }) }),
    ],
    [
      'is rotated at once',
      ({ headers }, id) =>
        call(`/v2/keys/${id}/rotate`, { method: 'POST', headers, body: JSON.stringify({ overlap_seconds: 0 }) }),
    ],
  ]
  test.each(ends)(
    'because it %s: who listens by it does not any more, and its tokens let nobody in',
    async (_, end) => {
      const { account, user } = await stage()
      const key = await listener(account)
      const theirs = await connectAs('consumer', key)
      const events = await readEvents(key)
      const kept = await tokenFor('consumer', key)
      const ours = await connectAs('consumer', account)
      const answer = await end(account, key.key_id)
      expect(answer.ok, await answer.clone().text()).toBe(true)
      await theirs.until(() => theirs.closed !== undefined)
      expect(theirs.closed).toEqual({ code: 4001, reason: 'the key has ended' })
      await events.until(/: the key has ended/)
      const late = await connectAs('consumer', account, undefined, '', kept)
      expect(late.closed).toEqual({ code: 4001, reason: 'the key of this token has ended' })
      const producer = await connectAs('producer', account, user.user_id)
      producer.send(beat(1))
      await stored(producer)
      await ours.until(() => ours.dispatched().length === 1)
      expect(values(ours)).toEqual([1])
      expect(theirs.dispatched()).toEqual([])
    },
  )
})
