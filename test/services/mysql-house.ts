import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { SendContext } from '../../shared/delivery/define.ts'
import type { Link, Shipment, Shipped } from '../../shared/delivery/shipment.ts'
import mysql from '../../shared/destinations/mysql.ts'
import { context } from '../delivery/leases.ts'
import { startMysqlFamily } from './mysql-family.ts'

export type Settings = Parameters<typeof mysql.hosts>[0]
type Other = Partial<Pick<SendContext<unknown, unknown>, 'signal' | 'timeoutMs'>>
type Server = Awaited<ReturnType<typeof startMysqlFamily>>

/** Where a server is only lent to us it is not killed. */
export const LENT = process.env.MYSQL_SERVER !== undefined

/** A server for a file, tables of its own for each test, and the unit connected to them. */
export function house() {
  let server: Server
  let prefix = ''
  let tests = 0
  const run = Date.now().toString(36).slice(-5)
  const links: Link[] = []
  beforeAll(async () => {
    server = await startMysqlFamily()
  })
  beforeEach(() => {
    prefix = `t${run}_${++tests}_`
  })
  afterAll(async () => {
    for (const link of links) await link.close()
    await server?.close()
  })
  const contextOf = (more: Partial<Settings> = {}, password = server.password, other: Other = {}) => {
    const { host, port, database, user } = server
    const settings = mysql.settings.parse({ host, port, database, user, tls: 'disable', table_prefix: prefix, ...more })
    const linkTo: SendContext<unknown, unknown>['linkTo'] = async ({ id }) => ({
      url: `https://cells.example/p/${id}`,
      payload_id: `pay_${id}`,
    })
    return context(settings, { password }, { timeoutMs: 8_000, linkTo, ...other })
  }
  return {
    get server() {
      return server
    },
    get prefix() {
      return prefix
    },
    connected: async (more: Partial<Settings> = {}): Promise<Link> => {
      const link = await mysql.connect(contextOf(more))
      links.push(link)
      return link
    },
    check: (more: Partial<Settings> = {}, password?: string, other: Other = {}) =>
      mysql.check!(contextOf(more, password, other)),
    /** `$` stands for what names of tables begin with. */
    sql: (text: string) => server.query(text.replaceAll('$', prefix)),
    rows: (table: string, rest = '') => server.rows(`select * from ${prefix}${table} ${rest}`),
  }
}
export const ship = async (link: Link, ...shipments: Shipment[]): Promise<Shipped[]> => link.ship(shipments)

export const day = (steps: number, more: object = {}): Record<string, unknown> => ({
  metadata: { start_time: '2026-07-01T00:00:00.000000+02:00', end_time: '2026-07-02T00:00:00.000000+02:00' },
  distance_data: { steps },
  ...more,
})
export const HEART = 'heart_rate_data.detailed.hr_samples'
export const heart = (...bpms: number[]) => ({
  heart_rate_data: {
    detailed: { hr_samples: bpms.map((bpm, i) => ({ timestamp: `2026-07-01T08:0${i}:00.000000+02:00`, bpm })) },
  },
})
export const whole = (delivered: number, more: object = {}) => ({ connection: 1, lane: false, delivered, ...more })
