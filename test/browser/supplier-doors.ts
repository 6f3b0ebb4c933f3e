import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { Hono } from 'hono'
import { UnsecuredJWT } from 'jose'
import { dashboard } from '../../workers/dashboard/routes.ts'
import { portal } from '../../workers/suppliers/portal/routes.ts'
import { pullOfSupplier } from '../../workers/suppliers/pull-views.ts'
import * as accounts from './supplier-accounts.ts'
import * as figures from './supplier-figures.ts'
import { fetchedFor, NOT_OPENED, OBJECTS, PULLS } from './supplier-pulls.ts'
import * as seen from './supplier-views.ts'

/** The suppliers' pages of both sides, with doors behind them whose answers are full: everything that a page can show. */
export async function serveSupplierPages() {
  const doors = doorsOf()
  const worker = (request: Request) => doors.fetch(request)
  const app = new Hono()
  app.route('/suppliers', portal(worker) as never)
  app.route('/dashboard', dashboard(worker) as never)
  const env = { ROOT_KEY: Buffer.alloc(32, 7).toString('base64'), OPERATOR_TOKEN: 'operator-token-of-the-tests' }
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} }
  const server = createServer(async (incoming, outgoing) => {
    const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
      method: incoming.method!,
      headers: incoming.headers as Record<string, string>,
      ...(incoming.method === 'POST' && { body: Readable.toWeb(incoming) as BodyInit, duplex: 'half' }),
    })
    const response = await app.fetch(request, env, context as never)
    outgoing.writeHead(response.status, [...response.headers].flat())
    outgoing.end(Buffer.from(await response.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

function doorsOf(): Hono {
  const doors = new Hono()
  const token = new UnsecuredJWT({ sup: accounts.SUPPLIER.supplier_id, env: 'sandbox' }).encode()
  doors.post('/oauth/token', (c) => c.json({ access_token: token, token_type: 'Bearer', expires_in: 900 }))
  doors.post('/v2/supplier-invitations/look', (c) => c.json(accounts.INVITATION))
  doors.get('/v2/destinations', (c) => c.json({ destinations: [] }))
  doors.get('/v2/suppliers', (c) => c.json({ suppliers: [accounts.SUPPLIER, accounts.INVITED], next: null }))
  for (const [mine, side] of [
    ['/v2/supplier', 'supplier'],
    [`/v2/suppliers/${accounts.SUPPLIER.supplier_id}`, 'developer'],
  ] as const) {
    doors.get(mine, (c) => c.json(side === 'supplier' ? accounts.ACCOUNT : accounts.SUPPLIER))
    doors.get(`${mine}/batches`, (c) => c.json({ batches: seen.BATCHES, next_cursor: 'more' }))
    doors.get(`${mine}/batches/:id`, (c) => {
      const found = seen.BATCHES.find((one) => one.batch_id === c.req.param('id'))!
      return c.json({ ...found, quarantine: seen.HELD, object: found.kind === 'pull' ? fetchedFor(side) : null })
    })
    doors.get(`${mine}/batches/:id/report`, (c) => c.json({ records: seen.LINES, next_cursor: null }))
    doors.get(`${mine}/quarantine`, (c) => c.json({ records: seen.QUARANTINED, next_cursor: null }))
    doors.get(`${mine}/redrives`, (c) => c.json({ redrives: seen.REDRIVES }))
    doors.get(`${mine}/quarantine/:id`, (c) => c.json({ ...seen.QUARANTINED[0], record: seen.RECORD }))
    doors.get(`${mine}/contracts`, (c) => c.json({ contracts: seen.CONTRACTS, next: null }))
    doors.get(`${mine}/contracts/:id`, (c) =>
      c.json(seen.CONTRACTS.find((one) => one.contract_id === c.req.param('id'))!),
    )
    doors.get(`${mine}/${side === 'supplier' ? 'quality' : 'scorecard'}`, (c) => c.json(figures.QUALITY))
    doors.get(`${mine}/alerts`, (c) => c.json({ alerts: figures.ALERTS }))
    doors.get(`${mine}/certification`, (c) => c.json(accounts.CERTIFICATION))
    doors.get(`${mine}/subjects`, (c) => c.json({ subjects: seen.SUBJECTS, next_cursor: null }))
    doors.get(`${mine}/limits`, (c) => c.json(figures.LIMITS))
    doors.get(`${mine}/pulls`, (c) => c.json({ pulls: side === 'supplier' ? PULLS : PULLS.map(pullOfSupplier) }))
  }
  doors.get('/v2/supplier/credentials', (c) => c.json({ credentials: accounts.CREDENTIALS }))
  doors.post('/v2/supplier/pulls', (c) => c.json({ detail: NOT_OPENED }, 400))
  doors.get('/v2/supplier/pulls/:id', (c) => c.json(PULLS.find((one) => one.pull_id === c.req.param('id'))!))
  doors.get('/v2/supplier/pulls/:id/objects', (c) => c.json({ objects: OBJECTS, next_cursor: 'more' }))
  doors.get('/v2/supplier/hook', (c) => c.json({ hook: accounts.HOOK }))
  doors.get('/v2/supplier/domain', (c) => c.json(accounts.DOMAIN))
  doors.post('/v2/supplier/contracts/infer', (c) =>
    c.json({ document: seen.CONTRACTS[0]!.document, notes: seen.NOTES }),
  )
  doors.post('/v2/ingest/:contract/batches', (c) => c.json(seen.DRY_RUN))
  return doors
}
