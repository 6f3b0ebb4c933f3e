import { createExecutionContext } from 'cloudflare:test'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Env } from '../../durable-objects/env.ts'
import { app } from '../../workers/app.ts'
import { type Account, call, house, migrate, newAccount } from '../house.ts'
import { answered, newSupplier, post, refusal } from './supplier.ts'

let account: Account
beforeAll(async () => {
  await migrate()
  account = await newAccount()
})
afterEach(() => vi.restoreAllMocks())

interface View {
  domain: string | null
  url: string | null
  line: string
  proved_at: string | null
}
/** The site of the domain, as it answers; → the addresses that were asked. */
function site(answer: () => Response | Promise<Response>): string[] {
  const asked: string[] = []
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    asked.push(`${input} ${init?.redirect}`)
    return answer()
  })
  return asked
}
const text = (body: string, status = 200, headers: HeadersInit = {}) => new Response(body, { status, headers })

describe('a domain', () => {
  it('is proved by a line in a file that its owner can put there', async () => {
    const supplier = await newSupplier(call, account, { domain: 'lab.example' })
    const before = await answered<View>(await supplier.ask('GET', '/v2/supplier/domain'))
    expect(before).toMatchObject({
      domain: 'lab.example',
      url: 'https://lab.example/.well-known/fascia-supplier.txt',
      line: expect.stringContaining(supplier.supplier_id),
      proved_at: null,
    })
    const asked = site(() => text(`# ours\r\n${before.line}  \r\n`))
    const after = await answered<View>(await supplier.ask('POST', '/v2/supplier/domain/proof', {}))
    expect(after.proved_at).toEqual(expect.any(String))
    expect(asked).toEqual([`${before.url} manual`])
    expect(await answered(await supplier.ask('GET', '/v2/supplier'))).toMatchObject({
      domain_proved_at: after.proved_at,
    })
    const changed = await call(`/v2/suppliers/${supplier.supplier_id}`, {
      ...post({ domain: 'other.example' }, account.headers),
      method: 'PATCH',
    })
    expect(await answered(changed)).toMatchObject({ domain: 'other.example', domain_proved_at: null })
  })
  it('is named by the supplier where the developer named none, and not against them', async () => {
    const free = await newSupplier(call, account)
    expect((await free.ask('POST', '/v2/supplier/domain/proof', {})).status).toBe(400)
    const { line } = await answered<View>(await free.ask('GET', '/v2/supplier/domain'))
    site(() => text(line))
    const proved = await free.ask('POST', '/v2/supplier/domain/proof', { domain: 'mine.example' })
    expect(await answered(proved)).toMatchObject({ domain: 'mine.example', proved_at: expect.any(String) })
    const bound = await newSupplier(call, account, { domain: 'lab.example' })
    const other = await bound.ask('POST', '/v2/supplier/domain/proof', { domain: 'mine.example' })
    expect(await refusal(other)).toEqual([409, 'other_domain'])
  })
  it('is not proved where the developer names another while its file is fetched', async () => {
    const supplier = await newSupplier(call, account, { domain: 'lab.example' })
    const { line } = await answered<View>(await supplier.ask('GET', '/v2/supplier/domain'))
    const about = `/v2/suppliers/${supplier.supplier_id}`
    site(async () => {
      await call(about, { ...post({ domain: 'other.example' }, account.headers), method: 'PATCH' })
      return text(line)
    })
    expect(await refusal(await supplier.ask('POST', '/v2/supplier/domain/proof', {}))).toEqual([409, 'other_domain'])
    expect(await answered(await call(about, { headers: account.headers }))).toMatchObject({
      domain: 'other.example',
      domain_proved_at: null,
    })
  })
  it.each<[string, () => Response]>([
    ['the line of another', () => text('fascia-supplier=sup_1 00')],
    ['nothing there', () => text('not found', 404)],
    ['a redirect', () => text('', 302, { location: 'https://elsewhere.example/' })],
    ['a file without end', () => text('x'.repeat(20_000))],
    [
      'no answer',
      () => {
        throw new TypeError('connection refused')
      },
    ],
  ])('is not proved by %s, and nothing that it answered is told', async (_, answer) => {
    const supplier = await newSupplier(call, account, { domain: 'lab.example' })
    site(answer)
    const response = await supplier.ask('POST', '/v2/supplier/domain/proof', {})
    const { detail } = (await response.clone().json()) as { detail: string }
    expect(detail).toContain('https://lab.example/.well-known/fascia-supplier.txt')
    expect(detail).not.toMatch(/not found|elsewhere|xxx/)
    expect(await refusal(response)).toEqual([422, 'domain_not_proved'])
    expect(await answered(await supplier.ask('GET', '/v2/supplier'))).toMatchObject({ domain_proved_at: null })
  })
  it('inside a private network is not asked', async () => {
    const supplier = await newSupplier(call, account)
    const asked = site(() => text(''))
    const strict = { ...house, ALLOW_PRIVATE_DESTINATIONS: 'false' } as Env
    const request = new Request(
      'https://fascia.test/v2/supplier/domain/proof',
      post({ domain: 'printer.local' }, supplier.headers),
    )
    const response = await app.fetch(request, strict, createExecutionContext())
    expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
      400,
      expect.stringContaining('reachable from the internet'),
    ])
    expect(asked).toEqual([])
  })
})
