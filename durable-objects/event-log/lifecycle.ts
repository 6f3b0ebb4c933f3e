import { newId } from '../../shared/base/ids.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { API_VERSION } from '../../shared/schema/version.ts'
import type { CancelledSignIn, ClosingEvent, ConnectionChange, NewConnection } from '../event-log-api.ts'
import { emptyFolder, erasePayloads } from '../payload-link.ts'
import { appendEvent, scopeChange, versionOf } from './append.ts'
import type { Cell } from './cell.ts'
import { coldFolder } from './chill.ts'
import { type CellConnection, wireUser } from './connections.ts'
import { eraseFilesOf } from './files.ts'
import { eraseParked } from './parked.ts'
import { codeOf } from './types.ts'

const OUTLIVING = (
  [
    'auth',
    'auth_cancelled',
    'deauth',
    'user_reauth',
    'access_revoked',
    'connection_error',
    'permission_change',
  ] as const
).map(codeOf)

/** Key: user_id. The data key is there before the row that promises it. */
export async function openConnection(cell: Cell, asked: NewConnection): Promise<void> {
  if (cell.connections.of(asked.user_id)) return
  const { user_id, provider, resource, reference_id, scopes, createdAt, old_user } = asked
  const from = { trace: newId('req'), receivedAt: cell.now() }
  // The number is taken before the key is made, so that two connections that open at once have two.
  const connection: CellConnection = {
    number: cell.connections.takeNumber(),
    user_id,
    provider,
    resource,
    reference_id,
    scopes,
    createdAt,
    state: 'active',
  }
  await cell.keys.create(connection.number, user_id)
  await cell.commit.run((batch) => {
    if (cell.connections.of(user_id)) return
    batch.after.push(cell.connections.write(connection))
    if (old_user)
      appendEvent(
        cell,
        batch,
        connection,
        {
          type: 'user_reauth',
          status: 'warning',
          message: 'User has reauthenticated and old ID has been deleted',
          version: API_VERSION,
          old_user,
          new_user: wireUser(connection),
        },
        from,
      )
    appendEvent(
      cell,
      batch,
      connection,
      {
        type: 'auth',
        status: 'success',
        message: 'User has successfully authenticated',
        version: API_VERSION,
        widget_session_id: asked.widget_session_id ?? null,
        flow_id: asked.flow_id ?? null,
      },
      from,
    )
    const change = old_user && scopeChange(old_user.scopes?.split(',') ?? [], scopes)
    if (change)
      appendEvent(
        cell,
        batch,
        connection,
        {
          type: 'permission_change',
          status: 'warning',
          message: 'User permissions have been modified',
          version: API_VERSION,
          ...change,
        },
        from,
      )
  })
  // No door goes on with this event: the alarm says "look" at once.
  cell.arm(cell.now())
}

/** Key: user_id. The event needs a connection to stand under: one that never opened. */
export async function cancelSignIn(
  cell: Cell,
  { user_id, reference_id, flow_id, reason }: CancelledSignIn,
): Promise<void> {
  if (cell.connections.of(user_id)) return
  const connection: CellConnection = {
    number: cell.connections.takeNumber(),
    user_id,
    provider: '',
    resource: '',
    reference_id,
    scopes: [],
    createdAt: cell.now(),
    state: 'closed',
  }
  await cell.commit.run((batch) => {
    if (cell.connections.of(user_id)) return
    batch.after.push(cell.connections.write(connection))
    const event = { type: 'auth_cancelled', status: 'error', flow_id, reason } as const
    appendEvent(cell, batch, connection, event, { trace: newId('req'), receivedAt: cell.now() })
  })
  // No door goes on with this event: the alarm says "look" at once.
  cell.arm(cell.now())
}

export async function updateConnection(cell: Cell, userId: string, change: ConnectionChange): Promise<void> {
  const found = cell.connections.of(userId)
  if (!found || found.state === 'closing' || found.state === 'closed') return
  await cell.keys.load([found.number])
  await cell.commit.run((batch) => {
    const { reference_id = found.reference_id, scopes = found.scopes, active, event } = change
    const state = active === undefined ? found.state : active ? 'active' : 'inactive'
    const changed: CellConnection = { ...found, reference_id, scopes, state }
    batch.after.push(cell.connections.write(changed))
    if (event)
      appendEvent(
        cell,
        batch,
        changed,
        { type: event.type, status: 'warning', message: event.message, ...versionOf(event.type), ...event.fields },
        { trace: newId('req'), receivedAt: cell.now() },
      )
  })
  // No door goes on with this event: the alarm says "look" at once.
  cell.arm(cell.now())
}

/** First marked: nothing more is accepted, appended or leased for it. Its rows go when nothing with it is out. */
export async function closeConnection(cell: Cell, userId: string, event: ClosingEvent): Promise<void> {
  const found = cell.connections.of(userId)
  if (!found || found.state === 'closing' || found.state === 'closed') return
  await cell.commit.run((batch) => {
    const closing: CellConnection = { ...found, state: 'closing' }
    batch.after.push(cell.connections.write(closing))
    if (event.silent) return
    const status = event.type === 'deauth' ? 'success' : 'warning'
    appendEvent(
      cell,
      batch,
      closing,
      { type: event.type, status, message: event.message },
      { trace: newId('req'), receivedAt: cell.now() },
    )
  })
  // No door goes on with this event: the alarm says "look" at once.
  cell.arm(cell.now())
  await eraseClosing(cell)
}

/** Destroys what closing connections hold, once no lease with them is out and the restart fence has passed. */
export async function eraseClosing(cell: Cell): Promise<void> {
  if (cell.now() < cell.fence.untilAt) return
  for (const connection of cell.connections.closing()) {
    if (isOut(cell, connection.number) || cell.chilling === connection.number) continue
    // What was sealed with the key is unreadable from here on, wherever it lies; then its objects go.
    await cell.keys.destroy(connection.number, connection.user_id)
    cell.coldObjects.forget(coldFolder(cell, connection.number))
    for (const folder of [coldFolder(cell, connection.number), `bodies/${cell.name}/${connection.number}/`])
      await emptyFolder(cell.env, folder, Number.POSITIVE_INFINITY)
    await erasePayloads(cell.env, cell.address.developer_id, connection.user_id, cell.now())
    await eraseFilesOf(cell, connection.user_id)
    if (isOut(cell, connection.number)) continue
    cell.tables.transaction(() => {
      // Rows go, seqs do not come back.
      cell.tables.setMeta('floor', String(cell.feed.head))
      cell.records.erase(connection.number, OUTLIVING)
      cell.cold.erase(connection.number)
      cell.tables.write('erase', `DELETE FROM quarantine WHERE connection = ?`, connection.number)
      cell.tables.write('erase', `DELETE FROM rerun_drafts WHERE connection = ?`, connection.number)
      eraseParked(cell, connection.number)
      cell.files.erase(connection.number)()
      cell.connections.write({ ...connection, state: 'closed' })()
    })
    for (const { about } of cell.inbox.waiting.values())
      if (about.connection === connection.number) {
        cell.inbox.done(about.number)
        cell.droppedPayloads++
      }
    logLine('connection erased', { user_id: connection.user_id })
  }
}

function isOut(cell: Cell, connection: number): boolean {
  for (const { leases } of cell.destinations.all())
    for (const lease of leases.byId.values())
      if (lease.expiresAt > cell.now() && (lease.window.has(connection) || lease.lanes.has(connection))) return true
  return false
}
