import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventLog } from '../../durable-objects/stubs.ts'
import { cellOf } from '../../shared/base/ids.ts'
import { findConnection } from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import { WebhookEvent } from '../../shared/schema/event.ts'
import type { LifecycleNotice } from '../../shared/source/record.ts'
import { processPending } from '../../workers/ingest/process.ts'
import { type Account, appendDaily, call, house, migrate, newAccount } from '../house.ts'
import { connect, eventsOf, newDestination, oura, userInfo } from './visitor.ts'

let account: Account
let destination: string
beforeAll(migrate)
beforeEach(async () => {
  account = await newAccount()
  destination = await newDestination(account)
})
afterEach(() => vi.restoreAllMocks())

const users = async () => {
  const answer = await call('/v2/userInfo?reference_id=person', { headers: account.headers })
  return ((await answer.json()) as { users: { user_id: string }[] }).users.map((user) => user.user_id)
}
const patch = (userId: string, body: object) =>
  call(`/v2/users/${userId}`, { method: 'PATCH', headers: account.headers, body: JSON.stringify(body) })

describe('connecting again', () => {
  it('with the same account and reference replaces the id: auth, user_reauth, and what was granted anew', async () => {
    const old = await connect(account, 'b1', { scope: 'daily heartrate' })
    const now = await connect(account, 'b1', { scope: 'daily workout' })
    expect(await users()).toEqual([now])
    expect((await userInfo(account, old)).status).toBe(404)
    const events = await eventsOf(account, destination, now)
    for (const event of events) WebhookEvent.parse(event)
    expect(events).toMatchObject([
      { type: 'auth', user: { user_id: old } },
      {
        type: 'user_reauth',
        status: 'warning',
        message: 'User has reauthenticated and old ID has been deleted',
        reference_id: 'person',
        old_user: { user_id: old, scopes: 'daily,heartrate' },
        new_user: { user_id: now, scopes: 'daily,workout' },
      },
      { type: 'auth', status: 'success', user: { user_id: now }, reference_id: 'person', widget_session_id: null },
      { type: 'permission_change', scopes_added: 'workout', scopes_removed: 'heartrate', user: { user_id: now } },
    ])
  })
  it('under another reference keeps both', async () => {
    const first = await connect(account, 'b2')
    const second = await connect(account, 'b2', { reference_id: 'somebody else' })
    for (const id of [first, second])
      expect(await (await userInfo(account, id)).json()).toMatchObject({ is_authenticated: true })
  })
  it('with another account of the same reference keeps both', async () => {
    const first = await connect(account, 'b3')
    const second = await connect(account, 'b4')
    expect((await users()).sort()).toEqual([first, second].sort())
  })
  it('at another developer is nobody else’s business', async () => {
    const mine = await connect(account, 'b5')
    await connect(await newAccount(), 'b5')
    expect(await users()).toEqual([mine])
  })
})

/** What the provider says of the connection itself, as its payload is worked off. */
async function notice(userId: string, said: LifecycleNotice, id: string): Promise<void> {
  const address = { ...account.developer, cell: cellOf(userId)! }
  const log = eventLog(house, address)
  const about = { user_id: userId, origin: 'live', trace: id, receivedAt: Date.now() } as const
  const payload = { ...about, payload_id: id, kind: 'push', resource: 'none', body: '{}' } as const
  const { accepted } = await log.accept([payload], { express: true })
  const done = { ...about, number: accepted[0]!.number, records: [], quarantined: [], notices: [said] }
  await log.append([done], { lease: false })
}
const typesOf = async (userId: string) => (await eventsOf(account, destination, userId)).map((event) => event.type)

describe('the provider says', () => {
  it('that access was revoked: the user is inactive and destinations hear it', async () => {
    const user = await connect(account, 'c1')
    await notice(user, { kind: 'access_revoked' }, 'pay_revoked')
    const events = await eventsOf(account, destination, user)
    expect(WebhookEvent.parse(events.at(-1))).toMatchObject({
      type: 'access_revoked',
      status: 'warning',
      message: 'User revoked access',
      reference_id: 'person',
      user: { user_id: user, active: false },
    })
  })
  it('that the token is refused for good: told once, however often it is asked', async () => {
    const user = await connect(account, 'c2')
    for (const n of [1, 2, 3]) await notice(user, { kind: 'connection_error', reason: 'refused' }, `pay_lost_${n}`)
    expect(await typesOf(user)).toEqual(['auth', 'connection_error'])
  })
  it('a token that cannot be renewed comes out as connection_error', async () => {
    const user = await connect(account, 'c3')
    vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({}, { status: 401 }))
    const address = { ...account.developer, cell: cellOf(user)! }
    const log = eventLog(house, address)
    await processPending(house, cellName(address), await log.pending({ bulk: false, limit: 10 }), { lease: false })
    expect(await typesOf(user)).toEqual(['auth', 'connection_error'])
  })
})

describe('the developer', () => {
  it('changes a reference_id, which later events carry', async () => {
    const user = await connect(account, 'd1')
    const answer = await patch(user, { reference_id: 'renamed' })
    expect(await answer.json()).toMatchObject({ status: 'success', user: { user_id: user, reference_id: 'renamed' } })
    expect(await (await userInfo(account, user)).json()).toMatchObject({ user: { reference_id: 'renamed' } })
    const [auth] = await eventsOf(account, destination, user)
    expect(auth).toMatchObject({ type: 'auth', user: { reference_id: 'renamed' } })
  })
  it('stops a connection: nothing of it is taken in, until it is resumed', async () => {
    const user = await connect(account, 'd2')
    const row = (await findConnection(open(house.DB), account.dev_id, user))!
    await patch(user, { active: false })
    expect(await (await userInfo(account, user)).json()).toMatchObject({
      is_authenticated: false,
      user: { active: false },
    })
    await patch(user, { active: true })
    expect(await (await userInfo(account, user)).json()).toMatchObject({ is_authenticated: true })
    await appendDaily(row, '2026-07-01')
    expect(await typesOf(user)).toEqual(['auth', 'daily'])
  })
  it('is told what is wrong with a change: 400 also for an unknown user, as the contract has it', async () => {
    const user = await connect(account, 'd3')
    expect((await patch(user, { active: 'no' })).status).toBe(400)
    expect((await patch('ffffffff-0000-8000-8000-000000000000', { active: false })).status).toBe(400)
  })
  it('takes a connection away: access revoked at the provider, deauth told, nothing left', async () => {
    const user = await connect(account, 'd4')
    const asked = oura('d4')
    const answer = await call(`/v2/auth/deauthenticateUser?user_id=${user}`, {
      method: 'DELETE',
      headers: account.headers,
    })
    expect(await answer.json()).toEqual({ status: 'success' })
    expect(asked.mock.calls.map(([url]) => String(url))).toContainEqual(expect.stringContaining('/oauth/revoke'))
    expect((await userInfo(account, user)).status).toBe(404)
    const events = await eventsOf(account, destination, user)
    expect(WebhookEvent.parse(events.at(-1))).toMatchObject({
      type: 'deauth',
      status: 'success',
      message: 'User has deauthenticated',
      reference_id: 'person',
    })
  })
})
