import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { main } from '../../shared/cli/main.ts'

const ROOT = join(import.meta.dirname, '..', '..')
let home: string
let api: Server
let seen: { method: string; url: string; headers: Record<string, unknown>; body: string }[] = []
let answer: { status: number; body: unknown } = { status: 200, body: {} }
/** Given before `answer`, one after the other. */
let before: unknown[] = []

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'fascia-cli-'))
  process.env.FASCIA_HOME = home
  api = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    seen.push({ method: request.method!, url: request.url!, headers: request.headers, body })
    response
      .writeHead(answer.status, { 'content-type': 'application/json' })
      .end(JSON.stringify(before.shift() ?? answer.body))
  })
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  api.close()
  delete process.env.FASCIA_HOME
  rmSync(home, { recursive: true })
})
beforeEach(() => local({ dev_id: 'dev_1', api_key: 'key_1' }))
afterEach(() => {
  seen = []
  answer = { status: 200, body: {} }
})

const baseUrl = () => `http://127.0.0.1:${(api.address() as AddressInfo).port}`
const local = (more: object) =>
  writeFileSync(
    join(home, 'local.json'),
    JSON.stringify({ base_url: baseUrl(), operator_token: 'opr_secret', ...more }),
  )
async function fascia(...words: string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await main(words, { out: (text) => out.push(text), err: (text) => err.push(text) })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

describe('file import', () => {
  const FILE = { file_id: 'fil_1', format: 'FIT', pages: 2, quarantined: 0, reason: null }
  it('sends the bytes with the person and the name, and shows how far it is until it is done', async () => {
    const path = join(home, 'ride.fit')
    writeFileSync(path, 'bytes of a ride')
    before = [
      { ...FILE, state: 'reading', percent: 0, pages_done: 0, records: 0 },
      { ...FILE, state: 'processing', percent: 50, pages_done: 1, records: 3 },
    ]
    answer = { status: 202, body: { ...FILE, state: 'done', percent: 100, pages_done: 2, records: 7 } }
    const { code, out, err } = await fascia('file', 'import', path, '--user', 'u1')
    expect(code).toBe(0)
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/v2/files?user_id=u1&name=ride.fit',
      body: 'bytes of a ride',
    })
    expect(seen[0]!.headers['content-type']).toBe('application/octet-stream')
    expect(seen[1]).toMatchObject({ method: 'GET', url: '/v2/files/fil_1' })
    expect(err).toContain('50 %, 1 of 2 pages, 3 records')
    expect(out).toMatch(/fil_1 +done +FIT +7 +0/)
  })
  it('that failed says why, and exits so', async () => {
    const path = join(home, 'ride.fit')
    writeFileSync(path, 'x')
    answer = {
      status: 202,
      body: { ...FILE, state: 'failed', percent: 0, pages_done: 0, records: 0, reason: 'it is torn' },
    }
    const { code, out } = await fascia('file', 'import', path, '--reference', 'somebody')
    expect([code, out]).toEqual([1, expect.stringContaining('it is torn')])
  })
  it.each([
    ['without a person', ['ride.fit'], 'either --user or --reference'],
    ['that is not there', ['/nowhere.fit', '--user', 'u1'], 'is not there'],
  ])('%s is a mistake of the call', async (_, words, message) => {
    const { code, err } = await fascia('file', 'import', ...words)
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
    expect(seen).toEqual([])
  })
})

describe('words of the command line', () => {
  it('shows the commands that begin with the words that were given', async () => {
    const { code, out } = await fascia('supplier', 'pull', '--help')
    expect([code, out.match(/fascia supplier pull \w+/g)?.length, out.includes('fascia user list')]).toEqual([
      0,
      4,
      false,
    ])
    expect((await fascia('supplier')).code).toBe(2)
  })
  it('refuses an unknown command by name and suggests the near one', async () => {
    const { code, err } = await fascia('user', 'lst')
    expect(code).toBe(2)
    expect(err).toContain('unknown command "user lst"; did you mean user list?')
  })
  it('refuses an unknown flag by name and suggests the near one', async () => {
    const { code, err } = await fascia('destination', 'add', 'webhook', 'http://x', '--dev-di', 'd')
    expect(code).toBe(2)
    expect(err).toContain('unknown flag "--dev-di"; did you mean --dev-id?')
    expect(seen).toEqual([])
  })
  it('names the argument that is missing, and the one too many', async () => {
    expect((await fascia('destination', 'add', 'webhook')).err).toContain('destination add needs WHERE')
    expect((await fascia('user', 'list', 'more')).err).toContain('unexpected "more"')
  })
  it('refuses a flag without its value and a switch with one', async () => {
    expect((await fascia('event', 'list', '--after')).err).toContain('--after needs a value: CURSOR')
    expect((await fascia('event', 'list', '--json=yes')).err).toContain('--json takes no value')
    expect((await fascia('event', 'list', '--limit', 'many')).code).toBe(2)
  })
  it('explains every command', async () => {
    for (const name of [
      'developer create',
      'seed',
      'destination add',
      'destination list',
      'destination test',
      'user list',
      'event list',
      'parked list',
      'replay',
      'backfill',
      'quarantine list',
      'quarantine redrive',
      'renormalize',
    ]) {
      const { code, out } = await fascia(...name.split(' '), '--help')
      expect(code).toBe(0)
      expect(out).toContain(`fascia ${name}`)
      expect(out).toContain('--json')
    }
  })
})

describe('calls', () => {
  it('adds a destination from a file, so that its secrets stand in no history', async () => {
    const file = join(home, 'postgres.json')
    const given = { settings: { host: 'db.example' }, secrets: { password: 'p' }, delivery: { with_samples: false } }
    writeFileSync(file, JSON.stringify(given))
    answer = { status: 201, body: { destination_id: 'dst_1', signing_secret: 'whsec_1' } }
    await fascia('destination', 'add', 'postgres', file, '--types', 'sleep')
    expect(JSON.parse(seen[0]!.body)).toEqual({
      type: 'postgres',
      ...given,
      delivery: { with_samples: false, event_types: ['sleep'] },
    })
    writeFileSync(file, '{')
    expect(await fascia('destination', 'add', 'postgres', file)).toMatchObject({ code: 2 })
    expect((await fascia('destination', 'add', 'postgres', join(home, 'none.json'))).err).toContain('cannot be read')
  })
  it('adds a webhook with the key of the developer that npm start made', async () => {
    answer.body = { destination_id: 'dst_1', signing_secret: 'whsec_x', type: 'webhook', version: 1 }
    const { code, out } = await fascia('destination', 'add', 'webhook', 'http://127.0.0.1:9/hook', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({ destination_id: 'dst_1', signing_secret: 'whsec_x' })
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/v2/destinations',
      headers: { 'dev-id': 'dev_1', 'x-api-key': 'key_1' },
    })
    expect(JSON.parse(seen[0]!.body)).toEqual({ type: 'webhook', settings: { url: 'http://127.0.0.1:9/hook' } })
  })
  it('acts for another developer as the operator, and never with a key of someone else', async () => {
    answer.body = { destination_id: 'dst_1', signing_secret: 'whsec_x' }
    await fascia('destination', 'add', 'webhook', 'http://127.0.0.1:9/', '--dev-id', 'dev_2', '--json')
    expect(seen[0]!.headers).toMatchObject({ 'dev-id': 'dev_2', authorization: 'Bearer opr_secret' })
    expect(seen[0]!.headers).not.toHaveProperty('x-api-key')
  })
  it('keeps the operator token from a server that it was not made for', async () => {
    answer.body = { users: [] }
    local({ base_url: 'http://127.0.0.1:1' })
    await fascia('user', 'list', '--url', baseUrl(), '--dev-id', 'd', '--api-key', 'k')
    expect(seen[0]!.headers).not.toHaveProperty('authorization')
  })
  it('shows the answer of a refusal, as JSON too, and ends with 1', async () => {
    answer = { status: 401, body: { title: 'unauthorized', detail: 'dev-id or x-api-key headers are missing' } }
    const { code, out, err } = await fascia('user', 'list', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ status: 401 })
    expect(err).toContain('dev-id or x-api-key headers are missing')
  })
  it('says how to start a server when none answers', async () => {
    const free = createServer()
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve))
    const { port } = free.address() as AddressInfo
    await new Promise((resolve) => free.close(resolve))
    const { code, err } = await fascia('user', 'list', '--url', `http://127.0.0.1:${port}`)
    expect(code).toBe(1)
    expect(err).toContain('npm start')
  })
})

describe('sending again', () => {
  const job = { replay_id: 'rpl_1', kind: 'replay', state: 'running', matched: 3, waiting: 1, sending: 1, replayed: 1 }
  const over = { ...job, state: 'done', waiting: 0, sending: 0, replayed: 2, superseded: 0, failed: 1, cancelled: 0 }

  it('lists parked events that a filter finds, and says where to go on', async () => {
    const parked = { parked_id: 'prk_1', parked_at: '2026-07-01T08:00:00.000Z', state: 'parked', type: 'daily' }
    answer.body = { parked: [{ ...parked, user_id: 'u', status: 422, reason: 'status 422' }], next_cursor: 'abc' }
    const { code, out } = await fascia('parked', 'list', 'dst/1', '--status', '422', '--text', 'no field')
    expect(code).toBe(0)
    expect(seen[0]!.url).toBe('/v2/destinations/dst%2F1/parked?status=422&text=no+field')
    expect(out).toMatch(/prk_1 .* parked .* 422 .*status 422\nmore: --cursor abc$/)
    expect((await fascia('parked', 'list', 'dst_1', '--status', 'many')).err).toContain('--status needs a whole number')
  })
  it('counts in a dry run, and begins nothing', async () => {
    answer.body = { dry_run: true, matched: 7, counted: false }
    const { out } = await fascia('replay', 'dst_1', '--type', 'sleep', '--dry-run')
    expect(out).toBe('7 or more events would be sent')
    expect(seen.map(({ method, url, body }) => [method, url, JSON.parse(body)])).toEqual([
      ['POST', '/v2/destinations/dst_1/replays', { type: 'sleep', dry_run: true }],
    ])
  })
  it('shows how far a replay is until it is over', async () => {
    before = [{ dry_run: false, matched: 3, counted: true, replay_id: 'rpl_1' }, job]
    answer.body = over
    const { code, out, err } = await fascia('replay', 'dst_1', '--parked', 'prk_1', '--rate', '5', '--json')
    expect(code).toBe(0)
    expect(err).toBe('rpl_1  3 events\n1 of 3 arrived, 1 on their way, 1 waiting')
    expect(JSON.parse(out)).toEqual(over)
    expect(JSON.parse(seen[0]!.body)).toEqual({ parked_id: 'prk_1', rate_per_second: 5 })
    expect(seen.slice(1).map(({ url }) => url)).toEqual(Array(2).fill('/v2/destinations/dst_1/replays/rpl_1'))
  })
  it('backfills from a date, and need not wait for the end', async () => {
    answer.body = { dry_run: false, matched: 3, counted: true, replay_id: 'rpl_1' }
    const { out } = await fascia('backfill', 'dst_1', '2026-01-01', '--types', 'sleep, daily', '--no-wait')
    expect(out).toBe('rpl_1  3 events')
    expect(JSON.parse(seen[0]!.body)).toEqual({ from: '2026-01-01', types: ['sleep', 'daily'] })
    expect((await fascia('backfill', 'dst_1')).err).toContain('backfill needs FROM')
  })
})

describe('reading again', () => {
  const job = {
    ...{ renormalization_id: 'rnm_1', kind: 'renormalization', dry_run: true, state: 'running', progress: 0.256 },
    ...{ payloads: 9, quarantined: 0, skipped: 0, events: 0, records: {} },
  }
  const told = {
    ...{ changed: 2, added: 0, dropped: 1, fields: { 'a.b': 1, 'c[]': 2 } },
    samples: [{ user_id: 'u', summary_id: 's', change: 'changed' }],
  }

  it('shows as tables what would change, and changes nothing unless it is told to', async () => {
    before = [job, job]
    answer.body = { ...job, state: 'done', progress: 1, payloads: 20, skipped: 3, records: { sleep: told } }
    const { code, out, err } = await fascia('renormalize', 'oura', '2026-06-01', '--user', 'u')
    expect(code).toBe(0)
    expect(err).toBe('rnm_1\n25 %, 9 payloads')
    expect(out.split('\n')).toEqual([
      'type   changed  added  dropped',
      'sleep  2        0      1',
      '',
      'type   field  records',
      'sleep  c[]    2',
      'sleep  a.b    1',
      '',
      'type   change   user  record',
      'sleep  changed  u     s',
      '',
      '3 records stay: a newer payload outside of the range is part of them',
      '20 payloads were read again; nothing was changed; --apply changes it',
    ])
    expect(JSON.parse(seen[0]!.body)).toEqual({ provider: 'oura', from: '2026-06-01', user_id: 'u', dry_run: true })
    expect(seen[1]!.url).toBe('/v2/renormalizations/rnm_1')
  })
  it('applies where it is asked to', async () => {
    answer.body = { ...job, dry_run: false, state: 'done', events: 2, records: { sleep: told } }
    const { out } = await fascia('renormalize', 'oura', '2026-06-01', '--to', '2026-06-30', '--apply')
    expect(out).toContain('9 payloads were read again; 2 records got new content')
    expect(JSON.parse(seen[0]!.body)).toMatchObject({ to: '2026-06-30', dry_run: false })
  })
  it('lists what is in quarantine, and reads it again', async () => {
    const item = { payload_id: 'pay_1', quarantined_at: 'T', provider: 'oura', resource: 'sleep', user_id: 'u' }
    answer.body = { items: [{ ...item, path: '/data/3', reason: 'no time' }], next_cursor: 'abc' }
    const { out } = await fascia('quarantine', 'list', '--resource', 'sleep')
    expect(seen[0]!.url).toBe('/v2/quarantine?resource=sleep')
    expect(out).toMatch(/pay_1 .* sleep .* \/data\/3 .*no time\nmore: --cursor abc$/)
    answer.body = { ...job, kind: 'redrive', dry_run: false, state: 'done', events: 1 }
    await fascia('quarantine', 'redrive', '--payload', 'pay_1')
    expect([seen[1]!.url, JSON.parse(seen[1]!.body)]).toEqual(['/v2/quarantine/redrive', { payload_id: 'pay_1' }])
  })
})

describe('synthetic people', () => {
  const user = {
    user_id: 'u',
    person: 'x',
    name: 'N',
    time_zone: 'Z',
    starts_on: '2026-07-01',
    live: 'off',
    history_days: 60,
  }
  const job = { state: 'running', slices: 2, slices_done: 1, records: 200, reason: null }

  it('are connected, and their past is waited for', async () => {
    before = [user, { backfills: [] }, { backfills: [job] }]
    answer.body = { backfills: [{ ...job, state: 'done', slices_done: 2, records: 437 }] }
    const { code, out, err } = await fascia(
      'sandbox',
      'add',
      '--person',
      'x',
      '--days',
      '60',
      '--live',
      '60',
      '--anomalies',
      'late, gaps',
    )
    expect(code).toBe(0)
    expect(JSON.parse(seen[0]!.body)).toEqual({ person: 'x', history_days: 60, live: 60, anomalies: ['late', 'gaps'] })
    expect(seen[1]!.url).toBe('/v2/users/u/backfills')
    expect(err).toBe('history: begins\nhistory: 1 of 2 months, 200 records\nhistory: 2 of 2 months, 437 records')
    expect(out).toMatch(/437$/)
    expect((await fascia('sandbox', 'add', '--days', 'many')).err).toContain('--days needs a whole number from 0 on')
  })
  it('whose past fails are told of with the reason', async () => {
    before = [user]
    answer.body = { backfills: [{ ...job, state: 'failed', reason: 'no such person' }] }
    expect(await fascia('sandbox', 'add')).toMatchObject({
      code: 1,
      err: expect.stringContaining('failed: no such person'),
    })
  })
  it('live on by weeks until so many days are over', async () => {
    const odd = [{ sent_on: '2026-07-04', date: '2026-07-03', resource: 'sleeps', as: 'update' }]
    before = [{ from: '2026-07-01', to: '2026-07-08', payloads: 60, odd }]
    answer.body = { from: '2026-07-08', to: '2026-07-11', payloads: 25, odd: [] }
    const { out } = await fascia('sandbox', 'advance', 'u/1', '10')
    expect(seen.map(({ url, body }) => [url, JSON.parse(body)])).toEqual([
      ['/v2/sandbox/users/u%2F1/advance', { days: 7 }],
      ['/v2/sandbox/users/u%2F1/advance', { days: 3 }],
    ])
    expect(out).toMatch(
      /^85 payloads of 2026-07-01 until before 2026-07-11\n.*\n2026-07-04 +update +sleeps +2026-07-03$/,
    )
  })
})

describe('as the bin of an installed package', () => {
  it('runs from inside node_modules, where Node strips no types', () => {
    const dir = mkdtempSync(join(tmpdir(), 'fascia-bin-'))
    const modules = join(dir, 'node_modules')
    mkdirSync(join(modules, 'fascia'), { recursive: true })
    cpSync(join(ROOT, 'shared'), join(modules, 'fascia', 'shared'), { recursive: true })
    cpSync(join(ROOT, 'package.json'), join(modules, 'fascia', 'package.json'))
    for (const name of ['zod', 'hono', '@hono', '@asteasolutions', 'openapi3-ts', 'yaml'])
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name))
    const bin = join(modules, 'fascia', 'shared', 'cli', 'bin.mjs')
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, '--help'], { encoding: 'utf8' })
    rmSync(dir, { recursive: true })
    expect(stderr).toBe('')
    expect(stdout).toContain('fascia developer create')
    expect(status).toBe(0)
  })
})
