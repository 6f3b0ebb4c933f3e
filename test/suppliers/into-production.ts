import { vi } from 'vitest'
import { NIGHTS, night } from './nights.ts'
import { newContract } from './pushed.ts'
import { answered, type Supplier } from './supplier.ts'

/** The file is at the domain, which is named where the developer has named none. */
export async function proveDomain(supplier: Supplier): Promise<void> {
  const { domain, line } = await answered<{ domain: string | null; line: string }>(
    await supplier.ask('GET', '/v2/supplier/domain'),
  )
  const site = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(line))
  try {
    const named = domain === null ? { domain: 'lab.example' } : {}
    await answered(await supplier.ask('POST', '/v2/supplier/domain/proof', named))
  } finally {
    site.mockRestore()
  }
}

/** As every supplier comes there: with a contract, a domain, and what its sandbox has seen. */
export async function intoProduction(supplier: Supplier): Promise<void> {
  const document = { ...NIGHTS, name: 'certified' }
  await newContract(supplier, { document })
  await proveDomain(supplier)
  const nights = Array.from({ length: 100 }, (_, i) => night(i, { people: 1, series: 'certified' }))
  for (const records of [nights, nights.slice(0, 1), nights.slice(0, 1)])
    await answered(await supplier.ask('POST', `/v2/ingest/${document.name}/records`, records))
  const run = await supplier.ask('POST', '/v2/supplier/certification')
  const { passed, checks } = await answered<{ passed: boolean; checks: object[] }>(run)
  if (!passed) throw new Error(`not certified: ${JSON.stringify(checks)}`)
}
