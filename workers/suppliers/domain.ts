import { Fault } from '../../shared/base/fault.ts'
import { outside } from '../../shared/base/http.ts'
import { settings } from '../../shared/base/settings.ts'
import { iso, SECOND_MS } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import { open } from '../../shared/db/open.ts'
import type { SupplierRow } from '../../shared/db/schema.ts'
import { keepProof } from '../../shared/db/suppliers.ts'
import { insideHost } from '../../shared/delivery/address.ts'
import type { Api } from '../api/route.ts'
import { readBody } from '../ingest/read-body.ts'
import { inputOf } from '../read-input.ts'
import { resolveHost } from '../resolve-host.ts'
import { forgetSupplier } from './known-suppliers.ts'
import { supplierRoute } from './route.ts'
import { Domain } from './supplier-input.ts'
import type { SupplierContext } from './supplier-only.ts'

const tag = 'Supplier account'
const PATH = '/.well-known/fascia-supplier.txt'
const TIMEOUT_MS = 10 * SECOND_MS
/** The file is one line; others may stand beside it. */
const MAX_BYTES = 16 * 1024

const DomainView = z
  .object({
    domain: z.string().nullable(),
    url: z.string().nullable().describe('Where the file is looked for'),
    line: z.string().describe('A line of that file'),
    proved_at: z.string().nullable(),
  })
  .openapi('SupplierDomain')
export type DomainView = z.infer<typeof DomainView>
const EXAMPLE: DomainView = {
  domain: 'sleeplab.example',
  url: `https://sleeplab.example${PATH}`,
  line: 'fascia-supplier=sup_4b1d0c9f8e7a6d5c4b3a291807f6e5d4 2f1d0c9b8a7f6e5d4c3b2a1908f7e6d5',
  proved_at: null,
}
const view = (row: SupplierRow): DomainView => ({
  domain: row.domain,
  url: row.domain === null ? null : urlOf(row.domain),
  line: lineOf(row),
  proved_at: iso(row.domain_proved_at),
})
const urlOf = (domain: string) => `https://${domain}${PATH}`
const lineOf = (row: SupplierRow) => `fascia-supplier=${row.supplier_id} ${row.domain_challenge}`

/** A supplier shows that a domain is its own: by a file that only its owner can put there. */
export function addDomain(api: Api): void {
  supplierRoute(
    api,
    {
      id: 'getSupplierDomain',
      method: 'get',
      path: '/supplier/domain',
      tag,
      summary: 'What proves your domain',
      description: 'Put the line into a file at the address; then ask for the check.',
      answer: DomainView,
      example: EXAMPLE,
    },
    (c) => c.json(view(c.get('supplier').supplier)),
  )
  supplierRoute(
    api,
    {
      id: 'proveSupplierDomain',
      method: 'post',
      path: '/supplier/domain/proof',
      scope: 'account:write',
      tag,
      summary: 'Looks for the file that proves your domain',
      description:
        'Where the developer named no domain you name yours. The file is fetched once; a redirect is not followed.',
      body: z.strictObject({ domain: Domain.optional() }),
      bodyOptional: true,
      bodyExample: { domain: 'sleeplab.example' },
      answer: DomainView,
      example: { ...EXAMPLE, proved_at: '2026-07-02T10:00:00.000Z' },
      fails: [409],
    },
    async (c) => {
      const { domain } = await inputOf(c, z.strictObject({ domain: Domain.optional() }))
      return c.json(view(await proved(c, domain)))
    },
  )
}

async function proved(c: SupplierContext, given: string | undefined): Promise<SupplierRow> {
  const { supplier } = c.get('supplier')
  if (given !== undefined && supplier.domain !== null && given !== supplier.domain)
    throw other(`the developer expects ${supplier.domain}; ask them to change it`)
  const domain = supplier.domain ?? given
  if (domain === undefined || domain === null) throw new Fault('bad_request', 'domain: name the domain that is yours')
  const found = await fileAt(c, domain)
  const line = lineOf(supplier)
  if (!found.split(/\r?\n/).some((one) => one.trim() === line))
    throw new Fault('unprocessable', `the file at ${urlOf(domain)} has no line "${line}"`, {}, 'domain_not_proved')
  const row = await keepProof(open(c.env.DB), supplier, domain, Date.now())
  forgetSupplier(supplier.supplier_id)
  if (!row) throw other('the developer named another domain meanwhile; look which, and prove that')
  return row
}
const other = (message: string) => new Fault('conflict', message, {}, 'other_domain')

async function fileAt(c: SupplierContext, domain: string): Promise<string> {
  const { ALLOW_PRIVATE_DESTINATIONS, PROVIDER_ORIGINS } = settings(c.env)
  const inside = ALLOW_PRIVATE_DESTINATIONS ? undefined : await insideHost(domain, resolveHost)
  if (inside) throw new Fault('bad_request', `domain: ${inside}; it must be reachable from the internet`)
  const failed = (why: string) =>
    new Fault('unprocessable', `${urlOf(domain)} ${why}; put the file there and ask again`, {}, 'domain_not_proved')
  const http = outside({ fetch: (input, init) => fetch(input, init), origins: PROVIDER_ORIGINS, timeoutMs: TIMEOUT_MS })
  const response = await http(urlOf(domain)).catch(() => {
    throw failed('did not answer')
  })
  if (response.status !== 200) {
    await response.body?.cancel()
    throw failed(`answered ${response.status}`)
  }
  const bytes = await readBody(response as unknown as Request, MAX_BYTES).catch((error: Error) => {
    throw failed(error instanceof Fault ? `holds more than ${MAX_BYTES} bytes` : 'broke off')
  })
  return new TextDecoder().decode(bytes)
}
