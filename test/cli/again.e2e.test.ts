import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from '../../shared/cli/main.ts'
import type { Client } from '../../shared/sdk/client.ts'
import type { ParkedEvent, ReplayJob } from '../../shared/sdk/wire.ts'
import { catchEvents, type EventCatcher } from '../api/event-catcher.ts'
import { clientOf, type SeededServer, serveSeeded } from '../api/seeded.ts'

/** Sending again through everything that runs: the command line, the API, cells and their alarms, the queue, the receiver. */

let server: SeededServer
let catcher: EventCatcher
let client: Client
let refusing: Server
beforeAll(async () => {
  ;[server, catcher] = await Promise.all([serveSeeded(), catchEvents()])
  client = clientOf(server, server.seeded.developers[0]!)
  // Refuses every event for good, and says why.
  refusing = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(refuses ? 422 : 200).end('{"error":"unknown field"}'))
  })
  await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve))
}, 240_000)
let refuses = true
afterAll(async () => {
  refusing?.close()
  await Promise.all([server?.stop(), catcher?.close()])
})

async function fascia(...words: string[]) {
  const { dev_id, api_key } = server.seeded.developers[0]!
  const access = ['--url', server.url, '--dev-id', dev_id, '--api-key', api_key]
  const out: string[] = []
  const shown: string[] = []
  const code = await main([...words, ...access, '--json'], {
    out: (text) => out.push(text),
    err: (text) => shown.push(text),
  })
  return { code, json: JSON.parse(out.join('\n')), shown }
}

describe('a destination that is added later', () => {
  it('gets what was there before it by a backfill, each record once and in order', async () => {
    const { destination_id } = await client.destinations.add({ type: 'webhook', settings: { url: catcher.url } })
    const { json: dry } = await fascia('backfill', destination_id, '2026-01-01', '--dry-run')
    expect(dry.matched).toBeGreaterThan(50)
    expect(catcher.events).toEqual([])
    const { code, json, shown } = await fascia('backfill', destination_id, '2026-01-01', '--rate', '50')
    const job = json as ReplayJob
    expect([code, job.state, job.replayed + job.superseded, job.failed]).toEqual([0, 'done', dry.matched, 0])
    expect(shown.length).toBeGreaterThan(1)
    const records = new Map<string, number>()
    const highest = new Map<string, number>()
    for (const { body, headers } of catcher.events) {
      expect(headers['fascia-origin']).toBe('backfill')
      const { user_id } = body.user as { user_id: string }
      const seq = Number(headers['fascia-event-seq'])
      expect(seq).toBeGreaterThan(highest.get(user_id) ?? 0)
      highest.set(user_id, seq)
      for (const one of (body.data as object[] | undefined) ?? [body]) {
        const key = `${user_id} ${body.type} ${JSON.stringify(one)}`
        records.set(key, (records.get(key) ?? 0) + 1)
      }
    }
    expect([...records.values()].every((times) => times === 1)).toBe(true)
    expect(records.size).toBe(job.replayed)
    expect([...highest.keys()].sort()).toEqual(server.seeded.developers[0]!.users.map((user) => user.user_id).sort())
  }, 120_000)

  it('that refuses them has them parked, shows why, and gets them by a replay when it is mended', async () => {
    const url = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}/`
    const delivery = { event_types: ['sleep'] }
    const { destination_id } = await client.destinations.add({ type: 'webhook', settings: { url }, delivery })
    const { json: job } = await fascia('backfill', destination_id, '2026-07-01', '--types', 'sleep')
    expect(job).toMatchObject({ state: 'done', replayed: 0 })
    expect(job.failed).toBeGreaterThan(3)
    const { json: page } = await fascia('parked', 'list', destination_id, '--text', 'UNKNOWN FIELD')
    const parked = page.parked as ParkedEvent[]
    expect(parked).toHaveLength(job.failed)
    const detail = await client.destinations.parkedEvent(destination_id, parked[0]!.parked_id)
    expect(detail).toMatchObject({ tried: [{ status: 422, response: '{"error":"unknown field"}' }], newer: false })
    refuses = false
    const { json: again } = await fascia('replay', destination_id, '--status', '422')
    expect(again).toMatchObject({ state: 'done', matched: job.failed, replayed: job.failed, failed: 0 })
    expect((await client.destinations.parked(destination_id, { state: 'parked' })).parked).toEqual([])
  }, 120_000)
})
