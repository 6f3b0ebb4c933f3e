import type { Http } from '../base/http.ts'
import type { ProviderApp } from '../base/settings.ts'
import { SECOND_MS } from '../base/time.ts'
import { carrying, type UserToken } from './carry.ts'
import type { ProviderDefinition } from './define.ts'
import type { BuiltRequest } from './request.ts'

/** The provider asks for patience, or is in trouble: the same again after this long. */
export class RetryLater extends Error {
  readonly delayMs: number
  constructor(reason: string, delayMs: number) {
    super(reason)
    this.name = 'RetryLater'
    this.delayMs = delayMs
  }
}
/** A fresh token is refused too: the user has to connect again. */
export class AccessLost extends Error {
  override name = 'AccessLost'
}
/** The provider says no, and will say so again. */
export class PullRefused extends Error {
  override name = 'PullRefused'
}

export interface Caller {
  provider: ProviderDefinition
  /** The deployment's app at the provider, where requests are signed with it. */
  app?: ProviderApp
  /** The token in use. */
  token: UserToken
  /** Renews it. */
  renew: () => Promise<UserToken>
  http: Http
  now: () => number
}
/** Where a 429 does not say how long. */
const LIMITED_WAIT_MS = 60 * SECOND_MS
const TROUBLE_WAIT_MS = 30 * SECOND_MS
/** A provider that names a longer wait is asked again after this. */
const LONGEST_WAIT_MS = 3600 * SECOND_MS

/** The text of an answer; undefined where its status means "nothing". One renewal of the token, at most. */
export async function ask(
  caller: Caller,
  build: (carry: (built: BuiltRequest) => BuiltRequest) => BuiltRequest,
  nothing: number[] = [],
): Promise<string | undefined> {
  for (let renewed = false; ; renewed = true) {
    const answer = await send(caller, build(carrying(caller.provider.auth, caller.app, caller.token)), nothing)
    if (answer.kind === 'text') return answer.text
    if (answer.kind === 'nothing') return undefined
    if (renewed) throw new AccessLost('the provider refuses a fresh token')
    caller.token = await caller.renew()
  }
}

type Answer = { kind: 'text'; text: string } | { kind: 'nothing' } | { kind: 'unauthorized' }

async function send({ provider, http, now }: Caller, { url, init }: BuiltRequest, nothing: number[]): Promise<Answer> {
  let response: Response
  let text: string
  try {
    response = await http(url, init)
    text = await response.text()
  } catch (error) {
    throw new RetryLater(
      `no answer from the provider: ${error instanceof Error ? error.name : 'failed'}`,
      TROUBLE_WAIT_MS,
    )
  }
  const { status } = response
  if (nothing.includes(status)) return { kind: 'nothing' }
  if (status === 401) return { kind: 'unauthorized' }
  if (status === 429)
    throw new RetryLater('the provider limits our rate', retryAfter(response.headers, now()) ?? LIMITED_WAIT_MS)
  if (status >= 500)
    throw new RetryLater(`the provider answered ${status}`, retryAfter(response.headers, now()) ?? TROUBLE_WAIT_MS)
  if (!response.ok) throw new PullRefused(`the provider answered ${status}`)
  return provider.answers ? coded(provider.answers, response, text, now()) : { kind: 'text', text }
}

/** Providers that answer 200 and put the error in a field. */
function coded(
  answers: NonNullable<ProviderDefinition['answers']>,
  response: Response,
  text: string,
  now: number,
): Answer {
  const code = (parsed(text) as Record<string, unknown>)[answers.code]
  if (typeof code !== 'number' || answers.ok.includes(code)) return { kind: 'text', text }
  if (answers.unauthorized.includes(code)) return { kind: 'unauthorized' }
  if (answers.limited.includes(code))
    throw new RetryLater('the provider limits our rate', retryAfter(response.headers, now) ?? answers.limitedWaitMs)
  if (answers.unavailable.includes(code)) throw new RetryLater(`the provider answered ${code}`, TROUBLE_WAIT_MS)
  throw new PullRefused(`the provider answered ${code}`)
}

/** An answer as JSON; a page of a proxy or of maintenance is trouble that passes. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new RetryLater('the provider answered something that is not JSON', TROUBLE_WAIT_MS)
  }
}

/** Retry-After in seconds or as a date. */
function retryAfter(headers: Headers, now: number): number | undefined {
  const text = headers.get('retry-after')
  if (text === null) return undefined
  const delayMs = /^\d+$/.test(text) ? Number(text) * SECOND_MS : Date.parse(text) - now
  return Number.isNaN(delayMs) ? undefined : Math.min(Math.max(delayMs, 0), LONGEST_WAIT_MS)
}
