import { evictDurableObject, listDurableObjectIds, runInDurableObject } from 'cloudflare:test'
import type { Sockets } from '../../durable-objects/stream-session/sockets.ts'
import { streamHub } from '../../durable-objects/stubs.ts'
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
