import { evictDurableObject, listDurableObjectIds, runInDurableObject } from 'cloudflare:test'
import { Hub } from '../../durable-objects/stream-hub/hub.ts'
import type { Sockets } from '../../durable-objects/stream-session/sockets.ts'
import { streamHub } from '../../durable-objects/stubs.ts'
import { type Settings, settings } from '../../shared/base/settings.ts'
import { type Account, house } from '../house.ts'

export const hubOf = (account: Account) => streamHub(house, account.developer)

/** What happens to a hub that is idle, or on a machine that is emptied: its memory goes, its storage stays. */
export async function evictHub(account: Account): Promise<void> {
  await runInDurableObject(hubOf(account), (instance) => {
    const { made } = instance as unknown as { made: { seenTimer: ReturnType<typeof setTimeout> | undefined } }
    // An object with a timer is not idle, and would be waited for.
    clearTimeout(made.seenTimer)
  })
  await evictDurableObject(hubOf(account))
}
/** From now on until it is evicted it stores what comes, and tells nobody. */
export async function sendingNothing(account: Account): Promise<void> {
  await runInDurableObject(hubOf(account), (instance) => {
    const { made } = instance as unknown as { made: Hub }
    Object.assign(made.audience, { wake: () => {} })
  })
}
/** Its machine dies: what is under way there breaks off. */
export async function killHub(account: Account): Promise<void> {
  await runInDurableObject(hubOf(account), (_, state) => state.abort('killed by the test')).catch(() => {})
}

/** All objects that hold sockets, which stay open or are closed. → how many */
export async function evictSessions(webSockets: 'hibernate' | 'close' = 'hibernate'): Promise<number> {
  return eachSession(async (stub) => evictDurableObject(stub, { webSockets }))
}
/** What the objects know of their sockets. */
export async function withSockets(look: (sockets: Sockets, state: DurableObjectState) => void): Promise<void> {
  await eachSession((stub) =>
    runInDurableObject(stub, (instance, state) => look((instance as unknown as { sockets: Sockets }).sockets, state)),
  )
}
export async function eachSession(does: (stub: DurableObjectStub) => Promise<unknown>): Promise<number> {
  const ids = await listDurableObjectIds(house.STREAM_SESSION)
  for (const id of ids) {
    const stub = house.STREAM_SESSION.get(id)
    // Only what runs can be evicted.
    await runInDurableObject(stub, () => {})
    await does(stub)
  }
  return ids.length
}
/** The objects that hold sockets under other settings than those of the deployment. → as they were */
export async function setSessions(changed: Partial<Settings>): Promise<() => Promise<unknown>> {
  const each = (does: (set: Settings) => void) =>
    eachSession((stub) =>
      runInDurableObject(stub, (instance) => does(settings((instance as unknown as { env: object }).env))),
    )
  let before: Partial<Settings> | undefined
  await each((set) => {
    before ??= { ...set }
    Object.assign(set, changed)
  })
  return () => each((set) => Object.assign(set, before))
}
/** The hub with other bounds than those of the deployment, from now on until it is evicted. */
export async function boundHub(account: Account, vars: Record<string, string>): Promise<void> {
  await runInDurableObject(hubOf(account), (instance, state) => {
    const { made } = instance as unknown as { made: Hub | undefined }
    if (made) throw new Error('the hub is in use already; bound it before anybody connects')
    const { region, developer_id } = account.developer
    const hub = new Hub(state, { ...house, ...vars }, { region, developer_id })
    // Its memory holds more than a small store: what is gone there would be sent from here.
    Object.assign((hub as unknown as { recent: object }).recent, { mostBytes: 1_000 })
    Object.assign(instance, { made: hub })
  })
}
