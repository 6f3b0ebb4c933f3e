/**
 * Why a transaction did not go in. `rows`: some row of it cannot be taken, others can. `table`: no row of that table can, whatever
 * is in it. `server`: nothing can now, and nothing of it is an event's fault. The reason names no value of a row.
 */
export class SqlFailure extends Error {
  readonly kind: 'rows' | 'table' | 'server'
  readonly table: string | undefined
  constructor(kind: 'rows' | 'table' | 'server', reason: string, table?: string) {
    super(reason)
    this.kind = kind
    this.table = table
  }
}
