import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { ProviderDefinition } from '../../shared/source/define.ts'
import { CARRIED, normalizePayload } from '../../shared/source/normalize.ts'
import { account } from '../../shared/source/reckoning.ts'
import { stepOf } from '../../shared/source/structure.ts'
import type { Meeting } from './genuine.ts'
import { meetingFor, payloads, referenceFolder } from './payload-table.ts'

/**
 * What a map says that it reads is what drift and the table of payloads believe. Here it is held against what it touches
 * when it reads a genuine payload: nothing is touched that is not told.
 */
const folder = referenceFolder && existsSync(referenceFolder) ? referenceFolder : undefined
afterEach(() => vi.restoreAllMocks())

const cases: { name: string; unit: ProviderDefinition; meeting: Extract<Meeting, { as: 'fetched' }>; text: string }[] =
  []
for (const { provider, payload } of folder ? payloads(folder) : []) {
  const found = await meetingFor(provider, payload)
  if (!found?.definition || found.meeting?.as !== 'fetched') continue
  const text = readFileSync(join(folder!, provider, payload), 'utf8')
  cases.push({ name: `${provider}/${payload}`, unit: found.definition, meeting: found.meeting, text })
}

describe.runIf(folder)('a map', () => {
  test.each(cases)('tells all that it reads of $name', ({ unit, meeting, text }) => {
    const { resource, carried } = meeting
    const page: unknown = JSON.parse(text)
    const body = carried ? `${CARRIED}${JSON.stringify(carried(page as never))},"page":${text}}` : text
    const touched = watched(() => normalizePayload(unit, { resource, kind: 'fetched', body, user_id: 'u' }))
    const { paths, read } = account(unit, resource, page)
    const told = new Set(read.map(plain))
    expect(paths.map(plain).filter((path) => touched.has(path) && !told.has(path))).toEqual([])
  })
})
/** Without the words by which elements are told apart. */
const plain = (path: string): string => path.replace(/\[[^\]]*\]/g, '.*')

/** The paths of the payload that are looked at meanwhile. */
function watched(work: () => void): Set<string> {
  const touched = new Set<string>()
  const parse = JSON.parse
  const spy = vi.spyOn(JSON, 'parse').mockImplementation((text, revive) => {
    const value = parse(text, revive)
    return text.startsWith(CARRIED) ? { ...value, page: seen(value.page, '', touched) } : seen(value, '', touched)
  })
  work()
  spy.mockRestore()
  return touched
}
function seen(value: unknown, path: string, touched: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value
  const list = Array.isArray(value)
  return new Proxy(value, {
    get(target, key, receiver) {
      const inner: unknown = Reflect.get(target, key, receiver)
      if (typeof key === 'symbol' || typeof inner === 'function' || (list && key === 'length')) return inner
      const step = list ? '*' : stepOf(key)
      const at = path === '' ? step : `${path}.${step}`
      touched.add(at)
      return seen(inner, at, touched)
    },
  })
}
