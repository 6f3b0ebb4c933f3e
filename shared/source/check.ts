import { MARK } from '../base/mark.ts'
import { SCHEMAS } from '../schema/data-types.ts'
import { coverage } from './coverage.ts'
import type { ProviderDefinition, RequestTemplate } from './define.ts'
import { CARRIED, normalizePayload } from './normalize.ts'
import { implausible } from './plausible.ts'

/** What a provider has beside its table. */
export interface Evidence {
  fixtures: { name: string; fixture: CheckedFixture }[]
  /** Its double, and the wrong calls that it shows. */
  double?: { refuses: number; text: string }
  /** The table's own text. */
  text: string
}
export interface CheckedFixture {
  about?: string
  resource: string
  kind?: 'push' | 'notice'
  carried?: object
  payload: unknown
  records: { type: string; data?: unknown }[]
}
export interface Finding {
  about: 'auth' | 'calls' | 'types' | 'units' | 'coverage' | 'fixtures' | 'double' | 'examples'
  /** What is missing, where, and how to mend it. */
  says: string
}

/** Everything that a provider still lacks, in plain words; empty: it is whole. */
export const checkProvider = (provider: ProviderDefinition, evidence: Evidence): Finding[] => [
  ...examples(evidence),
  ...auth(provider, evidence),
  ...calls(provider),
  ...types(provider),
  ...fixtures(provider, evidence),
  ...shown(provider, evidence),
  ...double(provider, evidence),
]

function examples({ text, double, fixtures }: Evidence): Finding[] {
  const left = (where: string, of: string): Finding[] => {
    const count = of.split(MARK).length - 1
    return count === 0 ? [] : [{ about: 'examples', says: `${where} still says ${MARK} in ${count} places` }]
  }
  return [
    ...left('the table', text),
    ...left('the double', double?.text ?? ''),
    ...fixtures.flatMap(({ name, fixture }) => left(`the fixture ${name}`, JSON.stringify(fixture))),
  ]
}

function auth({ auth, origins, pulls, connected, facts }: ProviderDefinition, { text }: Evidence): Finding[] {
  const found: Finding[] = []
  const say = (says: string) => void found.push({ about: 'auth', says })
  if (auth.kind === 'device' || auth.kind === 'file') return found
  if (auth.revoke === undefined && auth.kind !== 'credentials' && !/(\/\/|\*).*(revok|tak\w+ .*back)/i.test(text))
    say('nothing takes the access back when a connection ends: add auth.revoke, or say in a comment why there is none')
  const known = (url: string) => {
    const filled = url.replace(/\{\+?(\w+)\}/g, (_, name: string) => facts?.[name]?.value ?? 'x')
    return url.startsWith('{+') || !URL.canParse(filled) || origins.includes(new URL(filled).origin)
  }
  const templates = [
    ...Object.entries(pulls).map(([name, { request }]) => [`pulls.${name}`, request] as const),
    ...[auth.revoke ?? []].flat().map((request) => ['auth.revoke', request] as const),
    ...(connected.register ? [['connected.register', connected.register.request] as const] : []),
    ...(connected.subscribe ? [['connected.subscribe', connected.subscribe.request] as const] : []),
  ] as (readonly [string, RequestTemplate])[]
  for (const [where, { url }] of templates)
    if (!known(url))
      say(`${where} asks ${url}, which is at none of its origins: add the origin, or correct the address`)
  if (auth.kind === 'oauth2')
    for (const [where, url] of Object.entries({ 'auth.authorize': auth.authorize, 'auth.token': auth.token }))
      if (!url.startsWith('https://')) say(`${where} is ${url}: it has to be https`)
  return found
}

function calls({ webhook, polling, notices, pulls, maps, auth, closed, synthetic }: ProviderDefinition): Finding[] {
  const found: Finding[] = []
  const say = (says: string) => void found.push({ about: 'calls', says })
  if (auth.kind === 'device' || auth.kind === 'file' || closed !== undefined) return found
  // Days of people who do not exist are made, not asked for.
  if (!webhook && !polling && !synthetic)
    say('it neither calls us nor is asked: add webhook, or polling with its notice')
  if (polling && !notices[polling.notice]) say(`polling asks by the notice ${polling.notice}, which is not in notices`)
  if (!notices.connected && Object.keys(pulls).length > 0)
    say('notices.connected is missing: a new connection has no history, and backfills are refused')
  for (const [notice, plans] of Object.entries(notices))
    for (const { pull } of plans) if (!pulls[pull]) say(`notices.${notice} names the pull ${pull}, which is not there`)
  for (const [name, { resource = name, asynchronous, index, follow = [] }] of Object.entries(pulls)) {
    if (!asynchronous && !index && !maps[resource]) say(`pulls.${name} gives ${resource}, which no map reads`)
    for (const { pull } of follow) if (!pulls[pull]) say(`pulls.${name} is followed by ${pull}, which is not there`)
  }
  return found
}

function types(provider: ProviderDefinition): Finding[] {
  const given = Object.keys(coverage(provider))
  // Uploaded files are read by their format.
  return given.length > 0 || provider.auth.kind === 'file'
    ? []
    : [{ about: 'types', says: 'its maps make no records: add maps with into(type, place, tree)' }]
}

function fixtures(provider: ProviderDefinition, evidence: Evidence): Finding[] {
  const found: Finding[] = []
  if (evidence.fixtures.length === 0 && Object.keys(provider.maps).length > 0)
    found.push({
      about: 'fixtures',
      says: `none at all: put payloads and their records into test/fixtures/providers/${provider.slug}/`,
    })
  const tried = new Set(evidence.fixtures.map(({ fixture }) => fixture.resource))
  for (const [resource, map] of Object.entries(provider.maps))
    if (map.records.length > 0 && !tried.has(resource))
      found.push({ about: 'fixtures', says: `none for the resource ${resource}: its map is not proved` })
  for (const { name, fixture } of evidence.fixtures) found.push(...tryFixture(provider, name, fixture))
  return found
}
function tryFixture(provider: ProviderDefinition, name: string, fixture: CheckedFixture): Finding[] {
  const page = JSON.stringify(fixture.payload)
  const body = fixture.carried ? `${CARRIED}${JSON.stringify(fixture.carried)},"page":${page}}` : page
  const { resource, kind = 'fetched' } = fixture
  const { records } = normalizePayload(provider, { resource, kind, body, user_id: 'checked' })
  const found: Finding[] = []
  if (records.length !== fixture.records.length)
    found.push({
      about: 'fixtures',
      says: `${name} becomes ${records.length} records, and says that it is ${fixture.records.length}`,
    })
  for (const { type, data } of records) {
    if (data === undefined) continue
    const wrong = SCHEMAS[type].safeParse(data).error?.issues[0]
    if (wrong) found.push({ about: 'types', says: `${name}: ${type}.${wrong.path.join('.')} ${wrong.message}` })
    for (const { path, reason } of implausible(data))
      found.push({ about: 'units', says: `${name}: ${type}.${path} ${reason}: is it in the schema’s unit?` })
  }
  return found
}

/** Fields that are mapped, and that no fixture shows. */
function shown(provider: ProviderDefinition, { fixtures }: Evidence): Finding[] {
  const seen = new Map<string, Set<string>>()
  for (const { fixture } of fixtures)
    for (const { type, data } of fixture.records) {
      const paths = seen.get(type) ?? new Set()
      seen.set(type, paths)
      collect(data, '', paths)
    }
  return Object.entries(coverage(provider)).flatMap(([type, fields]) => {
    const lacking = fields.filter((field) => !seen.get(type)?.has(field))
    return lacking.length === 0
      ? []
      : [
          {
            about: 'coverage' as const,
            says: `no fixture shows ${type}: ${lacking.slice(0, 8).join(', ')}${lacking.length > 8 ? ` and ${lacking.length - 8} more` : ''}`,
          },
        ]
  })
}
function collect(value: unknown, path: string, into: Set<string>): void {
  if (Array.isArray(value)) for (const one of value) collect(one, path, into)
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) collect(inner, path === '' ? name : `${path}.${name}`, into)
  if (path !== '') into.add(path)
}

function double({ auth, slug, synthetic }: ProviderDefinition, { double }: Evidence): Finding[] {
  if (auth.kind === 'device' || auth.kind === 'file' || synthetic) return []
  if (!double)
    return [{ about: 'double', says: `there is none: test/doubles/providers/${slug}.ts stands in for the service` }]
  return double.refuses > 0
    ? []
    : [
        {
          about: 'double',
          says: 'it shows no wrong call: export `refuses`, so that a test sees it refuse what the service refuses',
        },
      ]
}
