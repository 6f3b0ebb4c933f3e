import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import type { ProviderDefinition } from '../../shared/source/define.ts'
import { CARRIED, normalizePayload } from '../../shared/source/normalize.ts'
import { goTo } from '../../shared/source/reader.ts'
import { median, round } from './statistics.ts'

const FIXTURES = join(import.meta.dirname, '../fixtures/providers')
/** A page as providers send them: a fixture's items repeated until it has about this many bytes. */
const PAGE_BYTES = 64 * 1024

interface Page {
  resource: string
  kind: 'fetched' | 'push'
  body: string
}
export interface ProviderRate {
  mb_per_second: number
  records_per_second: number
  /** How much longer than JSON.parse and JSON.stringify of the same bytes. */
  ratio: number
}

/** Every provider's own fixtures, normalized and written, against parsing and writing the same bytes; in turns, in Node. */
export function perProvider(smoke: boolean): { providers: Record<string, ProviderRate>; total_ratio: number } {
  const providers: Record<string, ProviderRate> = {}
  let [all, bare] = [0, 0]
  for (const provider of Object.values(PROVIDERS)) {
    const pages = pagesOf(provider)
    if (pages.length === 0) continue
    const { ours, json, records } = timed(provider, pages, smoke)
    const bytes = bytesOf(pages)
    providers[provider.slug] = {
      mb_per_second: round(bytes / ours, 1),
      records_per_second: Math.round((records * 1e6) / ours),
      ratio: round(ours / json),
    }
    all += ours / bytes
    bare += json / bytes
  }
  return { providers, total_ratio: round(all / bare) }
}

const bytesOf = (pages: Page[]): number => pages.reduce((sum, { body }) => sum + body.length, 0)

function timed(provider: ProviderDefinition, pages: Page[], smoke: boolean) {
  // Pages that hold no list are small: a turn goes over them until there is enough to be timed.
  const rounds = Math.ceil(PAGE_BYTES / bytesOf(pages))
  let records = 0
  const normalize = () => {
    records = 0
    for (const page of pages) {
      const made = normalizePayload(provider, { ...page, user_id: 'u' }).records
      records += made.length
      for (const { data } of made) JSON.stringify(data)
    }
  }
  const parse = () => {
    for (const { body } of pages) JSON.stringify(JSON.parse(body))
  }
  const times: { ours: number[]; json: number[] } = { ours: [], json: [] }
  for (let i = 0; i < (smoke ? 3 : 25); i++) {
    const [a, b] = [clocked(normalize, rounds), clocked(parse, rounds)]
    // The first turns are for the compiler.
    if (i > (smoke ? 0 : 9)) {
      times.ours.push(a)
      times.json.push(b)
    }
  }
  return { ours: median(times.ours), json: median(times.json), records }
}
/** Microseconds of one run: a median is told to the hundredth, of which milliseconds would leave nothing. */
function clocked(run: () => void, rounds: number): number {
  const began = performance.now()
  for (let i = 0; i < rounds; i++) run()
  return ((performance.now() - began) * 1000) / rounds
}

function pagesOf(provider: ProviderDefinition): Page[] {
  const folder = join(FIXTURES, provider.slug)
  let names: string[]
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  return names.flatMap((name) => {
    const { resource, kind, carried, payload, quarantined } = JSON.parse(readFileSync(join(folder, name), 'utf8'))
    // What is broken on purpose is no page as it usually is.
    if (kind === 'notice' || quarantined || !provider.maps[resource]) return []
    const page = JSON.stringify(repeated(provider, resource, payload))
    const body = carried ? `${CARRIED}${JSON.stringify(carried)},"page":${page}}` : page
    return [{ resource, kind: kind ?? 'fetched', body }]
  })
}
function repeated(provider: ProviderDefinition, resource: string, payload: object): object {
  const path = provider.maps[resource]!.items
  const items = Array.isArray(payload) ? payload : path === '' ? undefined : goTo(path)(payload)
  if (!Array.isArray(items) || items.length === 0) return payload
  const times = Math.max(1, Math.ceil(PAGE_BYTES / Math.max(1, JSON.stringify(items).length)))
  // In place: where the list stands in the payload is its own business.
  const once = [...items]
  for (let i = 1; i < times; i++) items.push(...once)
  return payload
}
