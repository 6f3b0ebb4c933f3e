import type { Http } from '../base/http.ts'
import type { ProviderApp } from '../base/settings.ts'
import { SECOND_MS } from '../base/time.ts'
import { parseJson } from './big-numbers.ts'
import { carrying, type UserToken } from './carry.ts'
import type { ProviderDefinition } from './define.ts'
import { goTo } from './reader.ts'
import type { BuiltRequest } from './request.ts'

/** The provider asks for patience, or is in trouble: the same again after this long. */
export class RetryLater extends Error {
  readonly delayMs: number
  /** What was told within an answer whose status tells nothing of it. */
  readonly trouble?: Trouble
  constructor(reason: string, delayMs: number, trouble?: Trouble) {
    super(reason)
    this.name = 'RetryLater'
    this.delayMs = delayMs
    if (trouble) this.trouble = trouble
  }
}
export type Trouble = 'limited' | 'unavailable' | 'not_json'
/** A fresh token is refused too: the user has to connect again. */
export class AccessLost extends Error {
  override name = 'AccessLost'
}
/** The provider says no, and will say so again. */
export class PullRefused extends Error {
  override name = 'PullRefused'
}

/** What may be asked of the provider now. */
export interface Allowance {
  /** Waits for nothing: throws RetryLater where the provider's limits leave no room. */
  take: () => Promise<void>
  /** What an answer says of the limits. */
  told: (response: Pick<Response, 'status' | 'headers'>) => Promise<void>
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
  allowance?: Allowance
}
/** Where a 429 does not say how long. */
const LIMITED_WAIT_MS = 60 * SECOND_MS
const TROUBLE_WAIT_MS = 30 * SECOND_MS
/** A provider that names a longer wait is asked again after this. */
const LONGEST_WAIT_MS = 3600 * SECOND_MS

/** The bytes of an answer; undefined where its status means "nothing". One renewal of the token, at most. */
export async function ask(
  caller: Caller,
  build: (carry: (built: BuiltRequest) => BuiltRequest) => BuiltRequest,
  nothing: number[] = [],
): Promise<Uint8Array | undefined> {
  for (let renewed = false; ; renewed = true) {
    await caller.allowance?.take()
    const answer = await send(caller, build(carrying(caller.provider, caller.app, caller.token)), nothing)
    if (answer.kind === 'bytes') return answer.bytes
    if (answer.kind === 'nothing') return undefined
    if (renewed) throw new AccessLost('the provider refuses a fresh token')
    caller.token = await caller.renew()
  }
}
/** As `ask`, of an answer that is text. */
export async function askText(...asked: Parameters<typeof ask>): Promise<string | undefined> {
  const bytes = await ask(...asked)
  return bytes && new TextDecoder().decode(bytes)
}

type Answer = { kind: 'bytes'; bytes: Uint8Array } | { kind: 'nothing' } | { kind: 'unauthorized' }

async function send(caller: Caller, { url, init }: BuiltRequest, nothing: number[]): Promise<Answer> {
  const { provider, http, now } = caller
  let response: Response
  let bytes: Uint8Array
  try {
    response = await http(url, init)
    bytes = new Uint8Array(await response.arrayBuffer())
  } catch (error) {
    throw new RetryLater(
      `no answer from the provider: ${error instanceof Error ? error.name : 'failed'}`,
      TROUBLE_WAIT_MS,
    )
  }
  await caller.allowance?.told(response)
  const { status } = response
  const { statuses = {}, limitedWaitMs = LIMITED_WAIT_MS } = provider.answers ?? {}
  const wait = retryAfter(response.headers, now())
  if (nothing.includes(status)) return { kind: 'nothing' }
  if (status === 401 || statuses.unauthorized?.includes(status)) return { kind: 'unauthorized' }
  if (status === 429 || statuses.limited?.includes(status))
    throw new RetryLater('the provider limits our rate', wait ?? limitedWaitMs)
  if (status >= 500 || statuses.unavailable?.includes(status))
    throw new RetryLater(`the provider answered ${status}`, wait ?? TROUBLE_WAIT_MS)
  if (!response.ok) throw new PullRefused(`the provider answered ${status}`)
  return coded(provider.answers ?? {}, response, bytes, wait)
}

/** Providers that answer 200 and put the error in a field. */
function coded(
  answers: NonNullable<ProviderDefinition['answers']>,
  response: Response,
  bytes: Uint8Array,
  wait: number | undefined,
): Answer {
  const fine: Answer = { kind: 'bytes', bytes }
  if (answers.code === undefined || !isJson(response, bytes)) return fine
  const code = goTo(answers.code)(parsed(new TextDecoder().decode(bytes)))
  if ((typeof code !== 'number' && typeof code !== 'string') || answers.ok?.includes(code)) return fine
  if (answers.unauthorized?.includes(code)) return { kind: 'unauthorized' }
  if (answers.limited?.includes(code))
    throw new RetryLater('the provider limits our rate', wait ?? answers.limitedWaitMs ?? LIMITED_WAIT_MS, 'limited')
  if (answers.unavailable?.includes(code))
    throw new RetryLater(`the provider answered ${code}`, TROUBLE_WAIT_MS, 'unavailable')
  // Without a list of good codes, those that mean trouble are the only ones known.
  if (!answers.ok) return fine
  throw new PullRefused(`the provider answered ${code}`)
}
/** A file has no field to look into. */
const isJson = ({ headers }: Response, bytes: Uint8Array): boolean =>
  headers.get('content-type')?.includes('json') === true || bytes[0] === 0x7b || bytes[0] === 0x5b

/** An answer as JSON; a page of a proxy or of maintenance is trouble that passes. */
export function parsed(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    throw new RetryLater('the provider answered something that is not JSON', TROUBLE_WAIT_MS, 'not_json')
  }
}

/** Retry-After in seconds or as a date. */
function retryAfter(headers: Headers, now: number): number | undefined {
  const text = headers.get('retry-after')
  if (text === null) return undefined
  const delayMs = /^\d+$/.test(text) ? Number(text) * SECOND_MS : Date.parse(text) - now
  return Number.isNaN(delayMs) ? undefined : Math.min(Math.max(delayMs, 0), LONGEST_WAIT_MS)
}
