import type { WireUser } from '../../shared/delivery/types.ts'
import type { Tables } from '../tables.ts'

export type ConnectionState = 'active' | 'inactive' | 'closing' | 'closed'
interface About {
  provider: string
  resource: string
  reference_id: string | null
  scopes: string[]
  createdAt: number
  /** When its trouble was last told. */
  degradedAt?: number
}
export interface CellConnection extends About {
  number: number
  user_id: string
  state: ConnectionState
}

/** The cell's connections, in memory and as one row each. */
export class Connections {
  private readonly byUser = new Map<string, CellConnection>()
  private readonly byNumber = new Map<number, CellConnection>()
  private next = 1
  private readonly tables: Tables

  constructor(tables: Tables) {
    this.tables = tables
    for (const row of tables.read<{ connection: number; user_id: string; state: ConnectionState; about: string }>(
      `SELECT * FROM connections`,
    ))
      this.remember({
        ...(JSON.parse(row.about) as About),
        number: row.connection,
        user_id: row.user_id,
        state: row.state,
      })
  }
  private remember(connection: CellConnection) {
    this.byUser.set(connection.user_id, connection)
    this.byNumber.set(connection.number, connection)
    this.next = Math.max(this.next, connection.number + 1)
  }

  of(userId: string): CellConnection | undefined {
    return this.byUser.get(userId)
  }
  numbered(number: number): CellConnection | undefined {
    return this.byNumber.get(number)
  }
  all(): Iterable<CellConnection> {
    return this.byUser.values()
  }
  get size(): number {
    return this.byUser.size
  }
  /** The highest number given. */
  get last(): number {
    return this.next - 1
  }
  /** Given once: one that is not used leaves a gap. */
  takeNumber(): number {
    return this.next++
  }
  closing(): CellConnection[] {
    return [...this.byUser.values()].filter((connection) => connection.state === 'closing')
  }

  /** Inside a transaction; memory learns of it by what is returned. */
  write(connection: CellConnection): () => void {
    const { number, user_id, state, ...about } = connection
    this.tables.write(
      'connections',
      `INSERT INTO connections VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state, about = excluded.about`,
      number,
      user_id,
      state,
      JSON.stringify(about),
    )
    return () => this.remember(connection)
  }
}

/** The connection as events show it. */
export const wireUser = (connection: CellConnection, lastEventAt?: number): WireUser => ({
  user_id: connection.user_id,
  provider: connection.resource,
  created_at: new Date(connection.createdAt).toISOString(),
  reference_id: connection.reference_id,
  scopes: connection.scopes.length > 0 ? connection.scopes.join(',') : null,
  active: connection.state === 'active',
  last_webhook_update: lastEventAt === undefined ? null : new Date(lastEventAt).toISOString(),
})
