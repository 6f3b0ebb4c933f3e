import type { Client } from './client.ts'
import { giveConsent } from './consent.ts'

export interface NewConnection {
  /** Wire name of the provider: `GARMIN`. */
  resource: string
  reference_id: string
  /** The sandbox account that signs in. */
  account: string
}

/** Connects a sandbox user through the real sign-in: authenticateUser, the provider's pages, our return page. → user_id */
export async function connectUser(client: Client, { resource, reference_id, account }: NewConnection): Promise<string> {
  const { user_id, auth_url } = await client.authenticateUser(resource, { reference_id })
  const end = await giveConsent(auth_url, { send: client.options.fetch, account })
  const { user } = await client.userInfo(user_id)
  if (user.active === false) throw new Error(`${resource} sign-in ended at ${end.pathname} without a connection`)
  return user_id
}
