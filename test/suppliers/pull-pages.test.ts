import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { PullView } from '../../workers/suppliers/pull-views.ts'
import { type Account, call, migrate, newAccount } from '../house.ts'
import { openBucket } from './bucket.ts'
import { KEYS, PLACE } from './bucket-place.ts'
import { page, post, signedIn } from './portal.ts'
import { newContract } from './pushed.ts'
import { answered, newSupplier, type Supplier } from './supplier.ts'

/** The portal's pages of pulls, as text. */
let account: Account
beforeAll(async () => {
  await migrate()
  account = await newAccount()
})
afterEach(() => vi.restoreAllMocks())

const FORM = {
  ...{ contract: 'sleep-nights@1', bucket: PLACE.bucket, region: PLACE.region, path_style: 'the path' },
  ...{ prefix: 'nights/', ...KEYS },
}
async function newLab(): Promise<Supplier & { browser: { cookie: string } }> {
  const lab = await newSupplier(call, account)
  await newContract(lab)
  return { ...lab, browser: await signedIn(lab) }
}
const pullsOf = async (lab: Supplier) =>
  (await answered<{ pulls: PullView[] }>(await lab.ask('GET', '/v2/supplier/pulls'))).pulls

describe('the portal’s pulls', () => {
  it('are made by a form as by the API: what is left open is left out', async () => {
    openBucket()
    const lab = await newLab()
    const open = { suffix: '', endpoint: '', every_minutes: '30', mode: '', session_token: '' }
    const made = await post('/pulls', { ...FORM, ...open, since: '2026-06-01', origin: 'backfill' }, lab.browser)
    const [pull] = await pullsOf(lab)
    expect(pull).toMatchObject({
      ...{ contract: 'sleep-nights@1', prefix: 'nights/', suffix: '', endpoint: null, path_style: true, mode: null },
      ...{ every_minutes: 30, since: '2026-06-01T00:00:00.000Z', origin: 'backfill' },
    })
    expect([made.status, made.headers.get('location')]).toEqual([303, `/suppliers/pulls/${pull!.pull_id}?did=made`])
    const { text } = await page('/pulls', lab.browser)
    expect(text).toContain('lab-exports/nights/')
  })
  it('show the policy that their keys need: with what was filled in, once something was', async () => {
    openBucket()
    const lab = await newLab()
    const shown = (text: string) => text.match(/arn:aws:s3:::[^&"]+/g)
    const [any, one] = ['BUCKET', PLACE.bucket].map((bucket) => `arn:aws:s3:::${bucket}`)
    expect(shown((await page('/pulls/new', lab.browser)).text)).toEqual([any, `${any}/PREFIX*`])
    const refused = await post('/pulls', { ...FORM, prefix: '', secret_access_key: 'wrong' }, lab.browser)
    expect([refused.status, shown(await refused.text())]).toEqual([400, [one, `${one}/*`]])
  })
  it('lose an end of their keys by an empty input, and keep what the form does not show', async () => {
    openBucket()
    const lab = await newLab()
    await post('/pulls', { ...FORM, suffix: '.gz', mode: 'strict' }, lab.browser)
    const { pull_id } = (await pullsOf(lab))[0]!
    const change = { contract: 'sleep-nights@1.0', suffix: '', every_minutes: '5', mode: 'partial', origin: 'live' }
    expect((await post(`/pulls/${pull_id}/change`, change, lab.browser)).status).toBe(303)
    expect(await pullsOf(lab)).toMatchObject([
      { contract: 'sleep-nights@1.0', suffix: '', every_minutes: 5, mode: 'partial', prefix: 'nights/' },
    ])
    const refused = await post(`/pulls/${pull_id}/change`, { ...change, every_minutes: '0' }, lab.browser)
    const text = await refused.text()
    expect(refused.status).toBe(400)
    expect(text).toMatch(/id="every_minutes"[^>]*aria-invalid="true"/)
    expect(text).toContain('value="0"')
  })
  it('of others are not there, and a link puts no words into a page', async () => {
    openBucket()
    const [lab, stranger] = [await newLab(), await newLab()]
    await post('/pulls', FORM, lab.browser)
    const { pull_id } = (await pullsOf(lab))[0]!
    expect(await page(`/pulls/${pull_id}`, stranger.browser)).toMatchObject({
      ...{ status: 404, text: expect.stringContaining('no such pull') },
    })
    for (const act of ['look', 'pause', 'delete'])
      expect((await post(`/pulls/${pull_id}/${act}`, {}, stranger.browser)).status).toBe(404)
    expect(await pullsOf(lab)).toMatchObject([{ pull_id, state: 'active' }])
    for (const did of ['All+your+keys+leaked', 'toString', '__proto__']) {
      const { status, text } = await page(`/pulls/${pull_id}?did=${did}`, lab.browser)
      expect([status, text.includes('role="status"'), text.includes('leaked')]).toEqual([200, false, false])
    }
  })
  it('are not shown to a credential that may not manage the account, which is told why', async () => {
    const lab = await newLab()
    const scopes = ['ingest:write', 'batches:read']
    const narrow = await answered<{ client_id: string; client_secret: string }>(
      await lab.ask('POST', '/v2/supplier/credentials', { name: 'night export', scopes }),
    )
    expect(await page('/pulls', await signedIn(narrow))).toMatchObject({
      ...{ status: 400, text: expect.stringContaining('account:write') },
    })
  })
})
