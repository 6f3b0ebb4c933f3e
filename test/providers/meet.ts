import { SCHEMAS } from '../../shared/schema/data-types.ts'
import { identify } from '../../shared/source/account.ts'
import { grantOf } from '../../shared/source/credentials.ts'
import { callsUs, type ProviderDefinition } from '../../shared/source/define.ts'
import { CARRIED, normalizePayload } from '../../shared/source/normalize.ts'
import { refreshTokens } from '../../shared/source/oauth.ts'
import { goTo } from '../../shared/source/reader.ts'
import { receive } from '../../shared/source/receive.ts'
import { type Account, account } from '../../shared/source/reckoning.ts'
import type { NormalizedRecord } from '../../shared/source/record.ts'
import type { Meeting, Outcome } from './genuine.ts'
import { strict } from './strict.ts'

/** Takes a genuine payload through its provider's door, as it came. */
export async function meet(provider: ProviderDefinition, meeting: Meeting, text: string): Promise<Outcome> {
  if (meeting.as === 'called') return called(provider, meeting, text)
  if (meeting.as === 'fetched') return fetched(provider, meeting, text)
  if (meeting.as === 'other') return { ...NOTHING, result: 'accepted', reason: meeting.what }
  return answered(provider, meeting.as, text)
}
export const NOTHING: Omit<Outcome, 'result'> = {
  records: [],
  paths: 0,
  read: 0,
  omitted: {},
  unread: [],
  problems: [],
}

function fetched(
  provider: ProviderDefinition,
  meeting: Extract<Meeting, { as: 'fetched' }>,
  document: string,
): Outcome {
  const { resource, within = '' } = meeting
  const page = goTo(within)(parsed(document))
  const text = within === '' ? document : JSON.stringify(page)
  const carried = meeting.carried?.(page as never)
  const body = carried ? `${CARRIED}${JSON.stringify(carried)},"page":${text}}` : text
  const normalized = normalizePayload(provider, { resource, kind: 'fetched', body, user_id: 'u' })
  return outcome(normalized, [account(provider, resource, page)], meeting)
}

/** The signature is left out: genuine payloads come without their headers, and the doubles show what is refused. */
function called(provider: ProviderDefinition, meeting: Extract<Meeting, { as: 'called' }>, text: string): Outcome {
  if (!callsUs(provider)) return { ...NOTHING, result: 'refused', problems: ['the provider has no webhook'] }
  const open: typeof provider = {
    ...provider,
    webhook: { ...provider.webhook, verify: { kind: 'secret-path', headers: [] } },
  }
  const form = !/^\s*[{[]/.test(text)
  const headers = new Headers(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {})
  const call = { method: 'POST', secret: APP.ingest_secret, query: new URLSearchParams(), headers }
  const received = receive(open, { ...call, body: new TextEncoder().encode(text.trim()) }, APP, Date.now())
  if (received.kind === 'answer') return { ...NOTHING, result: 'accepted', reason: `answered ${received.status}` }
  if (received.kind === 'refused')
    return meeting.refused !== undefined && received.reason.includes(meeting.refused)
      ? { ...NOTHING, result: 'refused', reason: received.reason }
      : { ...NOTHING, result: 'refused', problems: [received.reason] }
  const all = { records: [] as NormalizedRecord[], quarantined: [] as { path: string; reason: string }[] }
  const accounts: Account[] = []
  const problems: string[] = []
  if (received.ownerless > 0) problems.push(`${received.ownerless} items name nobody`)
  for (const { resource, kind, body, notices } of received.slices) {
    const { records, quarantined } = normalizePayload(provider, { resource, kind, body, user_id: 'u' })
    all.records.push(...records)
    all.quarantined.push(...quarantined)
    accounts.push(account(provider, resource, JSON.parse(body), kind))
    const link = provider.webhook.link
    const leads = link !== undefined || provider.notices[resource] !== undefined || notices.length + records.length > 0
    if (kind === 'notice' && !leads && meeting.empty === undefined)
      problems.push(`the notice ${resource} leads to nothing`)
  }
  const data = received.slices.some(({ kind }) => kind === 'push')
  const found = outcome(all, accounts, data ? meeting : { ...meeting, empty: meeting.empty ?? 'a notice' })
  return { ...found, ...(data ? {} : { result: 'accepted' }), problems: [...problems, ...found.problems] }
}

async function answered(
  provider: ProviderDefinition,
  as: 'token' | 'identity' | 'scopes',
  text: string,
): Promise<Outcome> {
  const { auth } = provider
  const http = async () => new Response(text)
  const granted = { access_token: 'a', refresh_token: undefined, expiresAt: undefined, scopes: undefined, answer: {} }
  if (as === 'token') {
    if (auth.kind === 'credentials' && auth.login) {
      const typed = Object.fromEntries(auth.fields.map(({ name }) => [name, name]))
      const values = valuesOf(provider, APP)
      const { access_token } = await grantOf(auth, typed, { http, now: Date.now, values })
      return { ...NOTHING, result: 'accepted', reason: 'a token', problems: access_token ? [] : ['no token'] }
    }
    if (auth.kind !== 'oauth2') return { ...NOTHING, result: 'refused', problems: ['it has no tokens'] }
    const tokens = await refreshTokens(auth, 'r', { http, app: APP, now: Date.now })
    return {
      ...NOTHING,
      result: 'accepted',
      reason: `a token for ${tokens.expiresAt === undefined ? 'good' : 'a while'}`,
    }
  }
  if (as === 'identity') {
    const { provider_user_id } = await identify(withoutScopes(provider), granted, { http, app: APP, token: granted })
    return { ...NOTHING, result: 'accepted', reason: 'who the user is', problems: provider_user_id ? [] : ['no id'] }
  }
  const asks = auth.kind === 'oauth2' ? auth.granted : undefined
  const told = asks && 'path' in asks ? goTo(asks.path)(parsed(text)) : undefined
  return {
    ...NOTHING,
    result: 'accepted',
    reason: 'what was granted',
    problems: Array.isArray(told) ? [] : ['no scopes'],
  }
}
const withoutScopes = (provider: ProviderDefinition): ProviderDefinition => {
  if (provider.auth.kind !== 'oauth2') return provider
  const { granted: _, ...auth } = provider.auth
  return { ...provider, auth }
}

/** Records that are valid, strict and in order; nothing quarantined, nothing unread: else it is a problem. */
export function outcome(
  { records, quarantined }: { records: NormalizedRecord[]; quarantined: { path: string; reason: string }[] },
  accounts: Account[],
  { empty, refused }: { empty?: string; refused?: string },
): Outcome {
  const problems: string[] = []
  for (const { type, data, startAt, endAt } of records) {
    const wrong = data && strict(SCHEMAS[type]).safeParse(data).error
    if (wrong)
      problems.push(`${type}: ${wrong.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')}`)
    if (endAt < startAt) problems.push(`${type} ends before it starts`)
  }
  const reasons = quarantined.map(({ path, reason }) => `${path}: ${reason}`)
  const expected = refused !== undefined && reasons.some((reason) => reason.includes(refused))
  if (refused !== undefined && !expected) problems.push(`not refused: ${refused}`)
  if (!expected) problems.push(...reasons)
  const omitted: Record<string, string> = Object.assign({}, ...accounts.map((one) => one.omitted))
  const unread = accounts.flatMap((one) => one.unread)
  if (unread.length > 0 && !expected) problems.push(`unread: ${unread.join(', ')}`)
  if (records.length === 0 && empty === undefined && refused === undefined && Object.keys(omitted).length === 0)
    problems.push('no record comes of it, and nothing says why')
  return {
    result: expected ? 'refused' : 'normalized',
    records,
    paths: sum(accounts.map(({ paths }) => paths.length)),
    read: sum(accounts.map(({ read }) => read.length)),
    omitted,
    unread,
    ...(expected ? { reason: reasons[0]! } : empty === undefined ? {} : { reason: empty }),
    problems,
  }
}
const sum = (all: number[]): number => all.reduce((a, b) => a + b, 0)
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

import { valuesOf } from '../../shared/source/values.ts'

const APP = { client_id: 'id', client_secret: 'secret', ingest_secret: 'a-secret-of-the-address' }
