import { beforeAll, describe, expect, it } from 'vitest'
import { type Account, call, migrate, newAccount } from '../house.ts'
import { answered, askToken, invite, join, newSupplier, post, refusal } from './supplier.ts'

let account: Account
beforeAll(async () => {
  await migrate()
  account = await newAccount()
})

interface View {
  supplier_id: string
  state: string
  reason: string | null
  name: string
  domain: string | null
  limits: object
}
const asked = (method: string, path: string, body?: object) =>
  call(`/v2/suppliers${path}`, { ...post(body ?? {}, account.headers), method, ...(body ? {} : { body: undefined }) })
const view = async (id: string) => answered<View>(await asked('GET', `/${id}`))

describe('a supplier that is suspended', () => {
  it('pushes and changes nothing, sees why, and is as it was when it is resumed', async () => {
    const supplier = await newSupplier(call, account)
    const { supplier_id: id } = supplier
    expect(await answered(await asked('POST', `/${id}/suspend`, { reason: 'nights are missing' }))).toMatchObject({
      state: 'suspended',
      reason: 'nights are missing',
    })
    const refused = await supplier.ask('POST', '/v2/supplier/credentials', { name: 'x' })
    expect(((await refused.clone().json()) as { detail: string }).detail).toContain('nights are missing')
    expect(await refusal(refused)).toEqual([403, 'supplier_suspended'])
    expect(await answered(await supplier.ask('GET', '/v2/supplier'))).toMatchObject({
      state: 'suspended',
      reason: 'nights are missing',
    })
    expect((await askToken(call, supplier as never)).status).toBe(200)
    await answered(await asked('POST', `/${id}/suspend`, { reason: 'and days' }))
    expect(await answered(await asked('POST', `/${id}/resume`))).toMatchObject({ state: 'sandbox', reason: null })
    expect(await answered(await asked('POST', `/${id}/resume`))).toMatchObject({ state: 'sandbox' })
    expect((await supplier.ask('POST', '/v2/supplier/credentials', { name: 'x' })).status).toBe(201)
  })
})

describe('a supplier that is suspended before it has come', () => {
  it('comes in when it is resumed, with the same invitation, and begins in the sandbox', async () => {
    const { supplier_id: id, invitation } = await invite(call, account)
    await answered(await asked('POST', `/${id}/suspend`, { reason: 'not yet' }))
    for (const way of ['look', 'accept']) {
      const refused = await call(`/v2/supplier-invitations/${way}`, post({ token: invitation.token }))
      expect(await refusal(refused)).toEqual([403, 'supplier_suspended'])
    }
    expect(await answered(await asked('POST', `/${id}/resume`))).toMatchObject({ state: 'invited' })
    await join(call, invitation.token)
    expect(await view(id)).toMatchObject({ state: 'sandbox' })
  })
})

describe('a supplier that is closed', () => {
  it('comes in by nothing that it has: token, secret or invitation', async () => {
    const supplier = await newSupplier(call, account)
    const { supplier_id: id, client_id, client_secret } = supplier
    const { token } = await answered<{ token: string }>(await asked('POST', `/${id}/invitations`, {}))
    expect(await answered(await asked('DELETE', `/${id}`))).toMatchObject({ state: 'closed' })
    expect(await answered(await asked('DELETE', `/${id}`))).toMatchObject({ state: 'closed' })
    expect(await refusal(await supplier.ask('GET', '/v2/supplier'))).toEqual([403, 'supplier_closed'])
    expect(await refusal(await askToken(call, { client_id, client_secret }))).toEqual([400, 'unauthorized_client'])
    expect(await refusal(await call('/v2/supplier-invitations/accept', post({ token })))).toEqual([
      410,
      'invitation_revoked',
    ])
    for (const [path, body] of [['/suspend', { reason: 'x' }], ['/resume'], ['/invitations', {}]] as const)
      expect(await refusal(await asked('POST', `/${id}${path}`, body))).toEqual([409, 'supplier_closed'])
  })
})

describe('an invitation', () => {
  it('is taken back by the next one', async () => {
    const first = await invite(call, account)
    const second = await answered<{ token: string }>(await asked('POST', `/${first.supplier_id}/invitations`, {}))
    const { token } = first.invitation
    expect(await refusal(await call('/v2/supplier-invitations/accept', post({ token })))).toEqual([
      410,
      'invitation_revoked',
    ])
    expect((await join(call, second.token)).supplier_id).toBe(first.supplier_id)
  })
  it('gives a supplier that is here another credential, and leaves it where it stands', async () => {
    const supplier = await newSupplier(call, account)
    const { token } = await answered<{ token: string }>(await asked('POST', `/${supplier.supplier_id}/invitations`, {}))
    const again = await join(call, token)
    expect(again.supplier_id).toBe(supplier.supplier_id)
    expect(again.client_id).not.toBe(supplier.client_id)
    for (const one of [supplier, again]) expect((await one.ask('GET', '/v2/supplier')).status).toBe(200)
    expect(await view(supplier.supplier_id)).toMatchObject({ state: 'sandbox' })
  })
})

describe('suppliers of a developer', () => {
  it('are listed page by page, the newest first, and none twice', async () => {
    account = await newAccount()
    const made: string[] = []
    for (let i = 0; i < 5; i++) made.push((await invite(call, account, { name: `lab ${i}` })).supplier_id)
    const seen: string[] = []
    let after = ''
    do {
      const page = await answered<{ suppliers: View[]; next: string | null }>(
        await asked('GET', `?limit=2${after && `&after=${after}`}`),
      )
      seen.push(...page.suppliers.map(({ supplier_id }) => supplier_id))
      after = page.next ?? ''
    } while (after)
    expect(seen.sort()).toEqual(made.sort())
    expect((await asked('GET', '?after=sup_1')).status).toBe(400)
  })
  it('are changed where it is said, and another domain has to be proved anew', async () => {
    const { supplier_id: id } = await invite(call, account, { domain: 'lab.example' })
    const change = async (body: object) => answered<View>(await asked('PATCH', `/${id}`, body))
    expect(await change({ limits: { records_per_second: 5 } })).toMatchObject({
      limits: { records_per_second: 5 },
      domain: 'lab.example',
    })
    expect(await change({ name: 'Other lab', domain: null })).toMatchObject({
      name: 'Other lab',
      domain: null,
      limits: { records_per_second: 5 },
    })
    expect(await change({ limits: {} })).toMatchObject({ limits: {} })
    for (const body of [
      { limits: { records_per_second: 0 } },
      { domain: 'Lab.example' },
      { domain: 'localhost' },
      { domain: '127.0.0.1' },
      { state: 'production' },
    ])
      expect((await asked('PATCH', `/${id}`, body)).status).toBe(400)
  })
  it('are there with the scope alone', async () => {
    const made = await call('/v2/keys', post({ name: 'reader', scopes: ['suppliers:read'] }, account.headers))
    const { api_key } = await answered<{ api_key: string }>(made)
    const headers = { 'dev-id': account.dev_id, 'x-api-key': api_key }
    expect((await call('/v2/suppliers', { headers })).status).toBe(200)
    expect((await call('/v2/suppliers', post({ name: 'x' }, headers))).status).toBe(403)
  })
})
