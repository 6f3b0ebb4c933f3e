import { beforeAll, describe, expect, it } from 'vitest'
import { page as memberPage, post as memberPost, signedIn as memberSignedIn } from '../dashboard/member.ts'
import { type Account, call, migrate, newAccount } from '../house.ts'
import { cookieOf, page, post, signedIn, signIn } from './portal.ts'
import { invite, newSupplier, signedIn as tokenFor } from './supplier.ts'

let account: Account
beforeAll(async () => {
  await migrate()
  account = await newAccount()
})

describe('an invitation’s link', () => {
  it('tells who invites, and is not used up by being looked at', async () => {
    const { invitation } = await invite(call, account, { name: 'Night lab' })
    const path = new URL(invitation.url).pathname.replace('/suppliers', '')
    for (let i = 0; i < 2; i++) expect((await page(path)).text).toContain('Night lab')
    const joined = await post(path, {})
    const text = await joined.text()
    expect(text).toMatch(/id="client-secret">\s*fss_/)
    expect((await page('', cookieOf(joined))).text).toContain('Night lab')
    const again = await post(path, {})
    expect([again.status, await again.text()]).toEqual([404, expect.stringContaining('taken already')])
  })
  it('that is none says so', async () => {
    expect(await page('/invitations/fsi_none')).toMatchObject({
      status: 404,
      text: expect.stringContaining('does not open'),
    })
  })
})

describe('signing in to the portal', () => {
  it('takes a credential by a form, and keeps it in a cookie that no script and no other site sees', async () => {
    const supplier = await newSupplier(call, account)
    const response = await signIn(supplier)
    expect([response.status, response.headers.get('location')]).toEqual([303, '/suppliers'])
    const cookie = response.headers.get('set-cookie')!
    expect(cookie).toMatch(/; Path=\/suppliers; HttpOnly; Secure; SameSite=Strict/)
    for (const secret of [supplier.client_secret, supplier.client_id, supplier.token.split('.')[2]!])
      expect(decodeURIComponent(cookie)).not.toContain(secret)
  })
  it('refuses a wrong secret, and says so without repeating it', async () => {
    const supplier = await newSupplier(call, account)
    const response = await signIn({ client_id: supplier.client_id, client_secret: 'fss_wrong' })
    const text = await response.text()
    expect(response.status).toBe(403)
    expect(text).toContain('do not go together')
    expect(text).not.toContain('fss_wrong')
  })
  it('leads back to the page that one wanted, and to no other site', async () => {
    const supplier = await newSupplier(call, account)
    expect((await page('/batches')).location).toBe('/suppliers/sign-in?next=%2Fsuppliers%2Fbatches')
    expect((await signIn(supplier, '/suppliers/batches')).headers.get('location')).toBe('/suppliers/batches')
    for (const next of [
      'https://elsewhere.example/',
      '//elsewhere.example',
      '/suppliers/../dashboard',
      '/supplierships',
    ])
      expect((await signIn(supplier, next)).headers.get('location')).toBe('/suppliers')
  })
  it('is over when its credential is revoked, and says so', async () => {
    const supplier = await newSupplier(call, account)
    const made = await supplier.ask('POST', '/v2/supplier/credentials', { name: 'second' })
    const second = (await made.json()) as { client_id: string; client_secret: string }
    const cookie = await signedIn(second)
    expect((await page('', cookie)).status).toBe(200)
    const first = await tokenFor(call, supplier)
    await first.ask('DELETE', `/v2/supplier/credentials/${second.client_id}`)
    const over = await call('/suppliers', { headers: cookie, redirect: 'manual' })
    expect([over.status, over.headers.get('location')]).toEqual([303, '/suppliers/sign-in?ended=1'])
    expect(over.headers.get('set-cookie')).toContain('Max-Age=0')
    expect((await page('/sign-in?ended=1')).text).toContain('good no more')
  })
  it('is not done in the name of a person by another site', async () => {
    const cookie = await signedIn(await newSupplier(call, account))
    const forged = await post('/credentials', { name: 'x' }, { ...cookie, origin: 'https://elsewhere.example' })
    expect(forged.status).toBe(403)
  })
  it('asks for production’s own credential before it shows production', async () => {
    const cookie = await signedIn(await newSupplier(call, account))
    const asked = await post('/environment', { environment: 'production' }, cookie)
    expect(asked.headers.get('location')).toBe('/suppliers/sign-in?environment=production')
    expect((await page('/sign-in?environment=production', cookie)).text).toContain('Sign in to production')
  })
})

describe('a supplier in the portal', () => {
  it('makes a credential, replaces it and revokes it; the API shows the same', async () => {
    const supplier = await newSupplier(call, account)
    const cookie = await signedIn(supplier)
    const seen = async () =>
      (
        (await (await supplier.ask('GET', '/v2/supplier/credentials')).json()) as {
          credentials: { name: string; credential_id: string; revoked_at: string | null; scopes: string[] }[]
        }
      ).credentials.filter(({ name }) => name === 'nightly')
    const made = await post(
      '/credentials',
      { name: 'nightly', environment: 'sandbox', method: 'client_secret', scopes: 'ingest:write:sleep' },
      cookie,
    )
    expect(await made.text()).toMatch(/id="client-secret">\s*fss_/)
    const [nightly] = await seen()
    expect(nightly!.scopes).toEqual(['ingest:write:sleep'])
    const replaced = await (await post(`/credentials/${nightly!.credential_id}/rotate`, {}, cookie)).text()
    expect(replaced).toMatch(/id="client-secret">\s*fss_/)
    expect(await seen()).toHaveLength(2)
    expect(await (await post(`/credentials/${nightly!.credential_id}/revoke`, {}, cookie)).text()).toContain('Revoked')
  })
  it('is told what is wrong with a form, and nothing is made', async () => {
    const cookie = await signedIn(await newSupplier(call, account))
    const refused = await post(
      '/credentials',
      { name: 'x', environment: 'sandbox', method: 'client_secret', scopes: 'batches:read', addresses: 'not-one' },
      cookie,
    )
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('addresses')])
  })
  it('is told why nothing was sent on, in the API’s words; a link puts no words into the page', async () => {
    const cookie = await signedIn(await newSupplier(call, account))
    const refused = await post('/quarantine/redrive', { reason: 'no_reason' }, cookie)
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('reason')])
    const linked = await page('/quarantine?wrong=Call+this+number', cookie)
    expect([linked.status, linked.text.includes('Call this number')]).toEqual([200, false])
  })
})

describe('a developer with suppliers in the dashboard', () => {
  it('invites, suspends with a reason that the supplier reads, resumes, changes limits and closes', async () => {
    const cookie = await memberSignedIn(account)
    const made = await memberPost('/suppliers/invite', { name: 'Glucose makers' }, cookie)
    const link = /\/suppliers\/invitations\/(fsi_\w+)/.exec(await made.text())!
    const joined = await post(`/invitations/${link[1]}`, {})
    const supplierCookie = cookieOf(joined)
    const list = await memberPage('/suppliers', cookie)
    const path = /(\/suppliers\/sup_\w+\/sandbox)">Glucose makers/.exec(list.text)![1]!
    await memberPost(`${path}/suspend`, { reason: 'Half of July is missing' }, cookie)
    expect((await page('', supplierCookie)).text).toContain('Half of July is missing')
    await memberPost(`${path}/resume`, {}, cookie)
    expect((await page('', supplierCookie)).text).not.toContain('Half of July is missing')
    const saved = await memberPost(
      `${path}/settings`,
      { 'about.name': 'Glucose Makers BV', 'limits.records_per_second': '7', 'rules.after_hold': 'wait' },
      cookie,
    )
    expect(await saved.text()).toContain('Saved.')
    const seen = await memberPage(`${path}/settings`, cookie)
    expect(seen.text).toContain('Glucose Makers BV')
    expect(seen.text).toMatch(/name="limits.records_per_second"[^>]*value="7"/)
    expect(seen.text).toMatch(/<option value="wait" selected/)
    expect((await memberPost(`${path}/settings/close`, {}, cookie)).status).toBe(400)
    expect((await memberPost(`${path}/settings/close`, { sure: 'on' }, cookie)).status).toBe(303)
    expect((await memberPage(path, cookie)).text).toContain('closed')
  })
  it('sees no supplier of another developer', async () => {
    const { supplier_id } = await newSupplier(call, account)
    const stranger = await memberSignedIn(await newAccount())
    expect((await memberPage(`/suppliers/${supplier_id}/sandbox`, stranger)).status).toBe(404)
  })
})
