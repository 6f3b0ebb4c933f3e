import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { main } from '../../shared/cli/main.ts'
import { keepSupplier } from '../../shared/cli/supplier-kept.ts'
import { CLIENT_ID, CLIENT_SECRET, problem, SupplierApi } from '../doubles/supplier-api.ts'

let home: string
let api: SupplierApi
const KEPT = { supplier_id: 'sup_1', client_id: CLIENT_ID, client_secret: CLIENT_SECRET }
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'fascia-cli-'))
  vi.stubEnv('FASCIA_HOME', home)
  api = new SupplierApi(Date.now)
  api.looksUntilDone = 0
  vi.stubGlobal('fetch', api.fetch)
  keepSupplier({ base_url: api.url, ...KEPT })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true })
})
async function fascia(...words: string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await main([...words, '--url', api.url], {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}
function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(home, name), content)
  return join(home, name)
}
const LINES = '{"night":1}\n{"night":2}\n'

describe('supplier push', () => {
  it.each([
    ['as it is', LINES],
    ['packed', gzipSync(LINES)],
  ])('sends a file %s, and waits until it is worked off', async (_, content) => {
    const { code, out, err } = await fascia('supplier', 'push', 'nights', file('nights.ndjson', content))
    expect(err).toContain('nights.ndjson is safe')
    expect([code, out]).toEqual([0, expect.stringMatching(/bat_1 +nights +done/)])
    expect(api.made.records).toEqual([{ night: 1 }, { night: 2 }])
  })
  it('with a key of its own may be called twice: it is one batch', async () => {
    const path = file('nights.ndjson', LINES)
    for (let i = 0; i < 2; i++) await fascia('supplier', 'push', 'nights', path, '--key', 'night-7', '--no-wait')
    expect(api.made.batches.size).toBe(1)
  })
  it('as a dry run stores nothing', async () => {
    const { out } = await fascia('supplier', 'push', 'nights', file('nights.ndjson', LINES), '--dry-run')
    expect(out).toBe('nothing is stored; of 2 records: accepted 2')
    expect(api.made.batches.size).toBe(0)
  })
  it('says what the server refuses, and exits so', async () => {
    api.trouble = ({ url }) => (url.includes('/batches') ? problem(421, 'wrong_region') : undefined)
    const { code, out } = await fascia('supplier', 'push', 'nights', file('nights.ndjson', LINES), '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toEqual({ error: expect.stringContaining('wrong_region'), status: 421 })
  })
  it('of a file that is not there sends nothing', async () => {
    const { code, err } = await fascia('supplier', 'push', 'nights', join(home, 'no-such-file'))
    expect([code, err]).toEqual([2, expect.stringContaining('is not there')])
    expect(api.calls).toEqual([])
  })
})

describe('supplier contract', () => {
  it('changes the draft of its version, on whichever page that is', async () => {
    const list = (contracts: object[], next: string | null) => Response.json({ contracts, next })
    const about = { name: 'nights', version: '1.1' }
    api.trouble = ({ method, url }) => {
      const { pathname, searchParams } = new URL(url)
      if (pathname === '/v2/supplier/contracts')
        return searchParams.get('after') === '1'
          ? list([{ ...about, contract_id: 'ctr_2', state: 'draft' }], null)
          : list([{ ...about, contract_id: 'ctr_1', version: '1.0', state: 'draft' }], '1')
      return pathname === '/v2/supplier/contracts/ctr_2' && method === 'PUT'
        ? Response.json({ ...about, contract_id: 'ctr_2', state: 'draft' })
        : undefined
    }
    const { out } = await fascia('supplier', 'contract', file('contract.json', JSON.stringify(about)))
    expect(out).toBe('ctr_2  nights@1.1  draft')
  })
})

describe('supplier report', () => {
  it('as JSON is every line', async () => {
    await fascia('supplier', 'push', 'nights', file('nights.ndjson', LINES))
    const { out } = await fascia('supplier', 'report', 'bat_1', '--json')
    expect(JSON.parse(out).lines).toMatchObject([
      { line: 1, outcome: 'accepted' },
      { line: 2, outcome: 'accepted' },
    ])
  })
})

describe('the credential', () => {
  it('is readable by its owner only', () => {
    expect(statSync(join(home, 'supplier.json')).mode & 0o777).toBe(0o600)
  })
  it('goes to no other server than the one that gave it', async () => {
    keepSupplier({ base_url: 'https://elsewhere.test', ...KEPT })
    const { code, err } = await fascia('supplier', 'report', 'bat_1')
    expect([code, err]).toEqual([2, expect.stringContaining('supplier accept TOKEN')])
    expect(api.calls).toEqual([])
  })
  it('of the environment goes before the one that is kept', async () => {
    keepSupplier({ base_url: api.url, ...KEPT, client_secret: 'an-old-one' })
    vi.stubEnv('FASCIA_CLIENT_ID', CLIENT_ID)
    vi.stubEnv('FASCIA_CLIENT_SECRET', CLIENT_SECRET)
    const { code } = await fascia('supplier', 'push', 'nights', file('nights.ndjson', LINES), '--no-wait')
    expect(code).toBe(0)
  })
})

describe('supplier pull', () => {
  const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
  const add = (...more: string[]) => fascia('supplier', 'pull', 'add', 'nights@1', 'lab-exports', ...more)
  const withKeys = () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET)
  }
  it('add reads its keys from the environment, and prints none of them', async () => {
    withKeys()
    const wanted = ['--prefix', 'nights/', '--every', '5', '--strict', '--backfill']
    const { code, out, err } = await add('--region', 'eu-central-1', ...wanted)
    expect([code, out]).toEqual([0, 'pul_1'])
    expect(api.pulls.get('pul_1')).toMatchObject({
      ...{ contract: 'nights@1', bucket: 'lab-exports', region: 'eu-central-1', prefix: 'nights/', every_minutes: 5 },
      ...{ mode: 'strict', origin: 'backfill', secret_access_key: SECRET },
    })
    const shown = await fascia('supplier', 'pull', 'list', '--json')
    expect(JSON.parse(shown.out)).toMatchObject([{ pull_id: 'pul_1', bucket: 'lab-exports' }])
    expect(out + err + shown.out + shown.err).not.toContain(SECRET)
  })
  it('add without keys, or without a region, asks for them and sends nothing', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION']) vi.stubEnv(name, '')
    const keys = await add('--region', 'eu-central-1')
    expect([keys.code, keys.err]).toEqual([2, expect.stringContaining('AWS_SECRET_ACCESS_KEY')])
    withKeys()
    const region = await add()
    expect([region.code, region.err]).toEqual([2, expect.stringContaining('--region')])
    expect(api.calls).toEqual([])
  })
  it('list, look and remove', async () => {
    withKeys()
    await add('--region', 'auto')
    const row = /^pul_1 +active +nights@1 +lab-exports\//m
    expect((await fascia('supplier', 'pull', 'list')).out).toMatch(row)
    expect((await fascia('supplier', 'pull', 'look', 'pul_1')).out).toMatch(row)
    expect((await fascia('supplier', 'pull', 'look', 'pul_1', '--all', '--failed')).out).toMatch(row)
    expect(api.looks).toEqual([
      { failed: false, all: false },
      { failed: true, all: true },
    ])
    expect((await fascia('supplier', 'pull', 'remove', 'pul_1')).out).toBe('pul_1 is not there any more')
    expect((await fascia('supplier', 'pull', 'list')).out).toBe('none')
    const { code, err } = await fascia('supplier', 'pull', 'look', 'pul_1')
    expect([code, err]).toEqual([1, expect.stringContaining('pull_unknown')])
  })
})
