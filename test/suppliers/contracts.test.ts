import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { ContractDocument } from '../../shared/supply/document.ts'
import { EXAMPLE_DOCUMENT } from '../../workers/suppliers/contract-example.ts'
import { contractOf, contractWith, forgetContracts } from '../../workers/suppliers/contract-of.ts'
import { call, house, migrate, newAccount } from '../house.ts'
import { newSupplier, type Supplier } from './supplier.ts'

type Answer = Record<string, never> & {
  contract_id: string
  state: string
  detail: string
  code: string
  sunset_at: string
}
let who: Awaited<ReturnType<typeof newAccount>>
let supplier: Supplier

beforeAll(async () => {
  await migrate()
  who = await newAccount()
  supplier = await newSupplier(call, who)
})
afterEach(() => {
  vi.useRealTimers()
})

const asSupplier = async (method: string, path: string, body?: unknown) => {
  const response = await supplier.ask(method, `/v2/supplier/contracts${path}`, body)
  return { status: response.status, body: (response.status === 204 ? {} : await response.json()) as Answer }
}
const asDeveloper = async (method: string, path: string, body?: unknown) => {
  const response = await call(`/v2/suppliers/${supplier.supplier_id}/contracts${path}`, {
    method,
    headers: { ...who.headers, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (response.status === 204 ? {} : await response.json()) as Answer }
}
let names = 0
const named = (version = '1.0', more: object = {}) => ({
  ...EXAMPLE_DOCUMENT,
  name: `nights-${names}`,
  version,
  ...more,
})
const another = () => void names++
const draft = async (document: object) => (await asSupplier('POST', '', document)).body.contract_id
const reviewed = async (document: object) => {
  const id = await draft(document)
  const { status, body } = await asSupplier('POST', `/${id}/submit`)
  expect([status, body.state]).toEqual([200, 'review'])
  return id
}
const active = async (document: object, more: object = {}) => {
  const id = await reviewed(document)
  expect(await asDeveloper('POST', `/${id}/activate`, more)).toMatchObject({ status: 200, body: { state: 'active' } })
  return id
}
const found = (environment: 'sandbox' | 'production', version = '') => {
  forgetContracts(supplier.supplier_id)
  return contractOf(house, { supplier_id: supplier.supplier_id, environment, named: `nights-${names}${version}` })
}
/** A field that the older one did not ask for. */
const BREAKING = {
  schema: { ...EXAMPLE_DOCUMENT.schema, required: [...EXAMPLE_DOCUMENT.schema.required, 'pulse'] },
}
const SUNSET = new Date(Date.now() + 30 * 86_400_000).toISOString()

describe('A contract', () => {
  test('goes from draft over review to active, and takes pushes as it goes', async () => {
    another()
    const id = await draft(named())
    expect(await found('sandbox', '@1.0')).toMatchObject({ contract_id: id, state: 'draft' })
    await expect(found('production', '@1.0')).rejects.toMatchObject({ status: 409, reason: 'contract_not_active' })
    expect(await asDeveloper('POST', `/${id}/activate`, {})).toMatchObject({
      status: 409,
      body: { code: 'contract_draft' },
    })
    await asSupplier('POST', `/${id}/submit`)
    expect(await asSupplier('PUT', `/${id}`, named())).toMatchObject({ status: 409, body: { code: 'contract_review' } })
    expect(await asDeveloper('POST', `/${id}/return`, { note: 'Which consent?' })).toMatchObject({
      status: 200,
      body: { state: 'draft', note: 'Which consent?' },
    })
    expect((await asSupplier('PUT', `/${id}`, { document: named('1.0', { title: 'Whole nights' }) })).status).toBe(200)
    await asSupplier('POST', `/${id}/submit`)
    expect(await asDeveloper('POST', `/${id}/activate`, {})).toMatchObject({ status: 200, body: { state: 'active' } })
    expect(await found('production')).toMatchObject({ contract_id: id, version: '1.0' })
    expect((await asSupplier('DELETE', `/${id}`)).status).toBe(409)
  })

  test('that was changed after a review is read anew by who read it in review', async () => {
    another()
    const id = await reviewed(named())
    expect(await contractWith(house, id)).toMatchObject({
      state: 'review',
      document: { title: EXAMPLE_DOCUMENT.title },
    })
    await asDeveloper('POST', `/${id}/return`, {})
    await asSupplier('PUT', `/${id}`, named('1.0', { title: 'Whole nights' }))
    await asSupplier('POST', `/${id}/submit`)
    await asDeveloper('POST', `/${id}/activate`, {})
    expect(await contractWith(house, id)).toMatchObject({ state: 'active', document: { title: 'Whole nights' } })
  })

  test('whose minor version breaks somebody is refused, and told what it breaks', async () => {
    another()
    await active(named())
    const id = await draft(named('1.1', BREAKING))
    const looked = await asDeveloper('GET', `/${id}`)
    expect(looked.body).toMatchObject({
      comparison: {
        compatible: false,
        breaks: { supplier: true, developer: false },
        needs: 'major',
        against: `nights-${names}@1.0`,
      },
    })
    const { status, body } = await asSupplier('POST', `/${id}/submit`)
    expect([status, body.code]).toEqual([409, 'breaking_needs_major'])
    expect(body.detail).toContain('pulse')
  })

  test('of a new major that breaks somebody needs the end of the older one, which is then deprecated until it retires', async () => {
    another()
    const old = await active(named())
    const id = await reviewed(named('2.0', BREAKING))
    expect(await asDeveloper('POST', `/${id}/activate`, {})).toMatchObject({
      status: 409,
      body: { code: 'sunset_needed' },
    })
    const soon = new Date(Date.now() + 3_600_000).toISOString()
    expect(await asDeveloper('POST', `/${id}/activate`, { sunset_at: soon })).toMatchObject({
      status: 400,
      body: { code: 'sunset_out_of_range' },
    })
    expect((await asDeveloper('POST', `/${id}/activate`, { sunset_at: SUNSET })).body.state).toBe('active')
    expect((await asSupplier('GET', `/${old}`)).body).toMatchObject({ state: 'deprecated', sunset_at: SUNSET })
    // Both take data until then; a plain name is the one that is active.
    expect((await found('production', '@1')).contract_id).toBe(old)
    expect((await found('production')).contract_id).toBe(id)
    expect(await asDeveloper('POST', `/${old}/retire`)).toMatchObject({ status: 409, body: { code: 'before_sunset' } })
    vi.setSystemTime(Date.parse(SUNSET) + 1)
    await expect(found('production', '@1.0')).rejects.toMatchObject({ status: 410, reason: 'contract_retired' })
    await expect(found('sandbox', '@1.0')).rejects.toMatchObject({ status: 410 })
    // It has happened by itself; whoever marks it does so once or twice.
    for (let i = 0; i < 2; i++)
      expect(await asDeveloper('POST', `/${old}/retire`)).toMatchObject({ status: 200, body: { state: 'retired' } })
  })

  test('with two active majors is named by one of them', async () => {
    another()
    await active(named())
    await active(named('2.0'))
    await expect(found('production')).rejects.toMatchObject({ status: 409, reason: 'contract_ambiguous' })
    expect((await found('production', '@2')).version).toBe('2.0')
    await active(named('1.1'))
    expect((await found('production', '@1')).version).toBe('1.1')
    expect((await found('production', '@1.0')).version).toBe('1.0')
    const id = await draft(named('1.2'))
    expect((await found('sandbox', '@1')).version).toBe('1.1')
    expect((await found('sandbox', '@1.2')).contract_id).toBe(id)
  })

  test('version that is there already, or is older than what stands, is refused', async () => {
    another()
    await active(named('1.1'))
    expect(await asSupplier('POST', '', named('1.1'))).toMatchObject({ status: 409, body: { code: 'version_taken' } })
    const id = await draft(named('1.0'))
    expect(await asSupplier('POST', `/${id}/submit`)).toMatchObject({
      status: 409,
      body: { code: 'version_not_newer' },
    })
    expect(await asSupplier('PUT', `/${id}`, named('1.1'))).toMatchObject({
      status: 409,
      body: { code: 'version_taken' },
    })
    expect((await asSupplier('DELETE', `/${id}`)).status).toBe(204)
    expect((await asSupplier('GET', `/${id}`)).status).toBe(404)
  })

  test('that cannot be used may be a draft, and is not handed in', async () => {
    another()
    const wrong = named('1.0', { identity: { subject: 'nobody' } })
    const id = await draft(wrong)
    expect((await asSupplier('GET', `/${id}`)).body).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ level: 'error', pointer: '/identity/subject' })]),
    })
    expect(await asSupplier('POST', `/${id}/submit`)).toMatchObject({ status: 422, body: { code: 'contract_invalid' } })
  })

  test('is listed to both sides in pages', async () => {
    const pages: string[] = []
    let after: string | null = '0'
    while (after !== null) {
      const { body } = await asDeveloper('GET', `?limit=2&after=${after}`)
      const page = body as unknown as { contracts: { contract_id: string }[]; next: string | null }
      pages.push(...page.contracts.map(({ contract_id }) => contract_id))
      after = page.next
    }
    const { body } = await asSupplier('GET', '?limit=500')
    const all = body as unknown as { contracts: { contract_id: string; document: ContractDocument }[] }
    expect(pages).toEqual(all.contracts.map(({ contract_id }) => contract_id))
    expect(new Set(pages).size).toBe(pages.length)
  })

  test('is looked through, compared and inferred without being kept', async () => {
    expect((await asSupplier('POST', '/lint', EXAMPLE_DOCUMENT)).body).toMatchObject({ good: true })
    expect((await asSupplier('POST', '/lint', { name: 'X' })).body).toMatchObject({ good: false })
    const newer = { ...EXAMPLE_DOCUMENT, version: '2.0', ...BREAKING }
    expect((await asSupplier('POST', '/compare', { older: EXAMPLE_DOCUMENT, newer })).body).toMatchObject({
      needs: 'major',
    })
    const samples = [{ id: 'n', patient: 'p', start: '2026-07-01T22:00:00+02:00', end: '2026-07-02T06:00:00+02:00' }]
    const { status, body } = await asSupplier('POST', '/infer', { name: 'mine', type: 'sleep', samples })
    expect([status, body]).toMatchObject([200, { document: { identity: { subject: 'patient' } } }])
  })

  test('or a sample that is nested ten thousand levels deep is refused', async () => {
    const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`
    const whole = JSON.stringify(named())
    for (const [path, body] of [
      ['', `${whole.slice(0, -1)},"schema":${deep}}`],
      ['/lint', `${whole.slice(0, -1)},"schema":${deep}}`],
      ['/compare', `{"older":${deep},"newer":${deep}}`],
      ['/infer', `{"name":"deep","type":"sleep","samples":[${deep}]}`],
    ] as const) {
      const headers = { 'content-type': 'application/json' }
      const response = await supplier.ask('POST', `/v2/supplier/contracts${path}`, body, headers)
      expect([path, response.status, ((await response.json()) as Answer).code]).toEqual([path, 400, 'too_deep'])
    }
  })
})
