import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { PullView } from '../../workers/suppliers/pull-views.ts'
import { type Account, call, migrate, newAccount } from '../house.ts'
import { openBucket } from './bucket.ts'
import { KEYS, PLACE } from './bucket-place.ts'
import { newContract } from './pushed.ts'
import { answered, newSupplier, type Supplier } from './supplier.ts'

/** The portal's pages of pulls, as text. */
let account: Account
beforeAll(async () => {
  await migrate()
  account = await newAccount()
})
afterEach(() => vi.restoreAllMocks())

const post = (path: string, fields: Record<string, string>, cookie = '') =>
  call(`/suppliers${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://fascia.test', cookie },
    body: new URLSearchParams(fields).toString(),
    redirect: 'manual',
  })
async function signIn({ client_id, client_secret }: { client_id: string; client_secret: string }) {
  const response = await post('/sign-in', { client_id, client_secret })
  return response.headers.getSetCookie().at(-1)!.split(';')[0]!
}
async function page(path: string, cookie: string): Promise<[status: number, text: string]> {
  const response = await call(`/suppliers${path}`, { headers: { cookie }, redirect: 'manual' })
  return [response.status, await response.text()]
}
const FORM = {
  ...{ contract: 'sleep-nights@1', bucket: PLACE.bucket, region: PLACE.region, path_style: 'the path' },
  ...{ prefix: 'nights/', ...KEYS },
}
async function newLab(): Promise<Supplier & { cookie: string }> {
  const lab = await newSupplier(call, account)
  await newContract(lab)
  return { ...lab, cookie: await signIn(lab) }
}
const pullsOf = async (lab: Supplier) =>
  (await answered<{ pulls: PullView[] }>(await lab.ask('GET', '/v2/supplier/pulls'))).pulls

describe('the portal’s pulls', () => {
  it('are made by a form as by the API: what is left open is left out', async () => {
    openBucket()
    const lab = await newLab()
    const open = { suffix: '', endpoint: '', every_minutes: '30', mode: '', session_token: '' }
    const made = await post('/pulls', { ...FORM, ...open, since: '2026-06-01', origin: 'backfill' }, lab.cookie)
    const [pull] = await pullsOf(lab)
    expect(pull).toMatchObject({
      ...{ contract: 'sleep-nights@1', prefix: 'nights/', suffix: '', endpoint: null, path_style: true, mode: null },
      ...{ every_minutes: 30, since: '2026-06-01T00:00:00.000Z', origin: 'backfill' },
    })
    expect([made.status, made.headers.get('location')]).toEqual([303, `/suppliers/pulls/${pull!.pull_id}?did=made`])
    const [, text] = await page('/pulls', lab.cookie)
    expect(text).toContain('lab-exports/nights/')
  })
  it('lose an end of their keys by an empty input, and keep what the form does not show', async () => {
    openBucket()
    const lab = await newLab()
    await post('/pulls', { ...FORM, suffix: '.gz', mode: 'strict' }, lab.cookie)
    const { pull_id } = (await pullsOf(lab))[0]!
    const change = { contract: 'sleep-nights@1.0', suffix: '', every_minutes: '5', mode: 'partial', origin: 'live' }
    expect((await post(`/pulls/${pull_id}/change`, change, lab.cookie)).status).toBe(303)
    expect(await pullsOf(lab)).toMatchObject([
      { contract: 'sleep-nights@1.0', suffix: '', every_minutes: 5, mode: 'partial', prefix: 'nights/' },
    ])
    const refused = await post(`/pulls/${pull_id}/change`, { ...change, every_minutes: '0' }, lab.cookie)
    const text = await refused.text()
    expect(refused.status).toBe(400)
    expect(text).toMatch(/id="every_minutes"[^>]*aria-invalid="true"/)
    expect(text).toContain('value="0"')
  })
  it('of others are not there, and a link puts no words into a page', async () => {
    openBucket()
    const [lab, stranger] = [await newLab(), await newLab()]
    await post('/pulls', FORM, lab.cookie)
    const { pull_id } = (await pullsOf(lab))[0]!
    expect(await page(`/pulls/${pull_id}`, stranger.cookie)).toEqual([404, expect.stringContaining('no such pull')])
    for (const act of ['look', 'pause', 'delete'])
      expect((await post(`/pulls/${pull_id}/${act}`, {}, stranger.cookie)).status).toBe(404)
    expect(await pullsOf(lab)).toMatchObject([{ pull_id, state: 'active' }])
    for (const did of ['All+your+keys+leaked', 'toString', '__proto__']) {
      const [status, text] = await page(`/pulls/${pull_id}?did=${did}`, lab.cookie)
      expect([status, text.includes('role="status"'), text.includes('leaked')]).toEqual([200, false, false])
    }
  })
  it('are not shown to a credential that may not manage the account, which is told why', async () => {
    const lab = await newLab()
    const scopes = ['ingest:write', 'batches:read']
    const narrow = await answered<{ client_id: string; client_secret: string }>(
      await lab.ask('POST', '/v2/supplier/credentials', { name: 'night export', scopes }),
    )
    expect(await page('/pulls', await signIn(narrow))).toEqual([400, expect.stringContaining('account:write')])
  })
})
