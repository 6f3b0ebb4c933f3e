import type { Env } from '../../durable-objects/env.ts'
import { connectionObject, eventLog, streamHub } from '../../durable-objects/stubs.ts'
import { releaseCell } from '../../shared/db/cells.ts'
import { type ConnectionRow, markConnection } from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import { forgetSubject } from '../suppliers/forget-subject.ts'

type Closing = Pick<ConnectionRow, 'user_id' | 'developer_id' | 'region' | 'cell' | 'provider' | 'provider_user_id'>

export const DEAUTH = { type: 'deauth', message: 'User has deauthenticated' } as const

/** Ends a connection: no more data, access taken back at the provider, key and rows destroyed. May be repeated. */
export async function disconnect(env: Env, connection: Closing, options: { replaced: boolean }): Promise<void> {
  const db = open(env.DB)
  const { user_id, developer_id, cell } = connection
  // Closed when all is erased: where this breaks off, it can be asked for again.
  await markConnection(db, user_id, { state: 'inactive' })
  await forgetSubject(env, connection)
  // The account goes on under its new connection: the provider is not told to end it.
  await connectionObject(env, user_id).disconnect({ revoke: !options.replaced })
  await eventLog(env, connection).closeConnection(user_id, { ...DEAUTH, silent: options.replaced })
  await streamHub(env, connection).stop(user_id, true)
  await markConnection(db, user_id, { state: 'closed' })
  await releaseCell(db, developer_id, cell)
}
