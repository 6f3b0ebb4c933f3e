import { afterAll, afterEach, beforeAll, vi } from 'vitest'
import type { SendContext } from '../../shared/delivery/define.ts'
import type { Link, Shipment, Shipped, ShippedGroup } from '../../shared/delivery/shipment.ts'
import postgres from '../../shared/destinations/postgres.ts'
import { context } from '../delivery/leases.ts'
import { type Database, startDatabase } from './pglite.ts'

type Unit = typeof postgres & { connect: (context: SendContext<unknown, unknown>) => Promise<Link> }
export const unit = postgres as Unit

/** A database for a file, a schema for each test, and the unit connected to it. */
export function house() {
  // The embedded database starts slowly where other tests run beside it.
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
  let database: Database
  let n = 0
  const links: Link[] = []
  beforeAll(async () => {
    database = await startDatabase()
  })
  afterEach(async () => {
    for (const link of links.splice(0)) await link.close()
  })
  afterAll(() => database.stop())

  const settings = (more: object = {}) =>
    unit.settings.parse({
      host: '127.0.0.1',
      port: database.port,
      database: 'postgres',
      user: 'postgres',
      tls: 'disable',
      schema: `s${n}`,
      ...more,
    })
  const contextFor = (more: object = {}, other: Partial<SendContext<unknown, unknown>> = {}) =>
    context<unknown, unknown>(settings(more), { password: 'of-nobody' }, other)
  const it = {
    get db() {
      return database.db
    },
    get port() {
      return database.port
    },
    get schema() {
      return `s${n}`
    },
    /** Another schema, and a link to it. */
    fresh: async (more: object = {}, other: Partial<SendContext<unknown, unknown>> = {}): Promise<Link> => {
      n++
      return it.again(more, other)
    },
    /** Another link to the same schema. The database takes one connection at a time. */
    again: async (more: object = {}, other: Partial<SendContext<unknown, unknown>> = {}): Promise<Link> => {
      for (const link of links.splice(0)) await link.close()
      const link = await unit.connect(contextFor(more, other))
      links.push(link)
      return link
    },
    check: async (more: object = {}, other: Partial<SendContext<unknown, unknown>> = {}) => {
      for (const link of links.splice(0)) await link.close()
      await unit.check!(contextFor(more, other) as never)
    },
    rows: async (query: string): Promise<Record<string, unknown>[]> =>
      (await database.db.query<Record<string, unknown>>(query.replaceAll('@', `s${n}.`))).rows,
    exec: (statement: string) => database.db.exec(statement.replaceAll('@', `s${n}.`)),
  }
  return it
}
export const wholly = (groups: Pick<ShippedGroup, 'connection' | 'lane' | 'events'>[]): Shipped => ({
  kind: 'done',
  groups: groups.map(({ connection, lane, events }) => ({ connection, lane, delivered: events.length })),
})
export const shipOne = async (link: Link, shipment: Shipment): Promise<Shipped> => (await link.ship([shipment]))[0]!
