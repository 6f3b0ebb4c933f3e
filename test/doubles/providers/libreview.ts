import { createHash } from 'node:crypto'
import { between, dayStart, type ProviderDouble, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'

/** Where sign-ins begin, and where the accounts of this double live. */
const FIRST = 'https://api-eu.libreview.io'
const HOME = 'https://api-de.libreview.io'
const REGION = 'de'
const LEAST_VERSION = '4.16.0'
/** At UTC+2 all year. */
const OFFSET = 7_200

/**
 * The LibreLinkUp app's interface, as its open clients describe it (https://github.com/robberwick/pylibrelinkup,
 * https://github.com/timoschlueter/nightscout-librelink-up, issues 155 and 167): HTTP 200 with `status` in the body, a
 * sign-in in the wrong region answered with the right one, `account-id` the SHA-256 of the user's id.
 */
export default function libreview(): ProviderDouble {
  const held = new Map<string, Set<string>>()
  const tokens = new Map<string, string>()
  let made = 0
  const open = (account: string): string => {
    const token = `llu-${account}-${made++}`
    tokens.set(token, account)
    return token
  }
  const ok = (data: unknown): Reply =>
    reply(200, { status: 0, data, ticket: { token: 't', expires: 0, duration: 15_552_000_000 } })

  function logIn(call: Call, prefix: string): Reply {
    const { email, password } = JSON.parse(call.body || '{}') as { email?: string; password?: string }
    const account = /^(\w+)@person\.test$/.exec(email ?? '')?.[1]
    if (account === undefined || password !== `secret-${account}`)
      return reply(200, { status: 2, error: { message: 'notAuthenticated' } })
    if (prefix !== `/libreview/${REGION}`) return reply(200, { status: 0, data: { redirect: true, region: REGION } })
    return ok({
      user: { id: userOf(account), country: 'DE' },
      authTicket: { token: open(account), expires: 0, duration: 15_552_000_000 },
    })
  }
  function api(call: Call): Reply {
    const account = tokens.get(call.token ?? '')
    if (account === undefined) return reply(401, { message: 'invalid or expired jwt' })
    if (call.headers['account-id'] !== digest(userOf(account))) return reply(400, { message: 'RequiredHeaderMissing' })
    const days = [...(held.get(account) ?? [])].sort()
    if (call.path === '/llu/connections')
      return ok([{ patientId: `patient-${account}`, firstName: 'P', lastName: 'N' }])
    const [, patient, what] = /^\/llu\/connections\/([\w-]+)\/(graph|logbook)$/.exec(call.path) ?? []
    if (patient !== `patient-${account}`) return reply(404, { message: 'MissingCachedUser' })
    const readings = days.flatMap((day) => dayOf(account, day))
    if (what === 'logbook')
      return ok(readings.filter((_, i) => i % 24 === 0).map((reading) => ({ ...reading, type: 1 })))
    const current = readings.at(-1)
    const sensor = { deviceId: '', sn: '0M0001', a: 1_782_864_000, w: 60, pt: 4 }
    return ok({
      connection: {
        patientId: patient,
        sensor,
        glucoseMeasurement: current ? { ...current, type: 1, TrendArrow: 3 } : null,
      },
      activeSensors: [],
      graphData: readings.slice(0, -1),
    })
  }

  return {
    origins: { [FIRST]: '/libreview/eu', [HOME]: `/libreview/${REGION}` },
    handle(prefix, call) {
      if (call.headers.product !== 'llu.android' && call.headers.product !== 'llu.ios')
        return reply(400, { message: 'RequiredHeaderMissing' })
      if (String(call.headers.version ?? '') < LEAST_VERSION)
        return reply(200, { status: 920, data: { minimumVersion: LEAST_VERSION } })
      if (call.method === 'POST' && call.path === '/llu/auth/login') return logIn(call, prefix)
      return call.method === 'GET' ? api(call) : reply(405)
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const sent_at = Date.now()
      return days.map((key) => ({ type: 'body', key, sent_at }))
    },
    typed: (account) => ({ email: `${account}@person.test`, password: `secret-${account}` }),
    signedIn: (account) => ({
      ...APP,
      authorization: `Bearer ${open(account)}`,
      'account-id': digest(userOf(account)),
    }),
    // Nothing takes a sign-in back but the person's new password.
    open: () => true,
    expire: (account) => {
      for (const [token, of] of tokens) if (of === account) tokens.delete(token)
    },
  }
}
const APP = { product: 'llu.android', version: LEAST_VERSION }
const userOf = (account: string) => `user-${account}`
const digest = (text: string) => createHash('sha256').update(text).digest('hex')

/** Calls that are refused. */
export const refuses: WrongCall[] = [
  { about: 'a call that names no app', url: `${HOME}/llu/connections`, status: 400 },
  {
    about: 'an app that is too old',
    url: `${HOME}/llu/connections`,
    headers: { ...APP, version: '4.12.0' },
    status: 200,
    says: { status: 920 },
  },
  { about: 'no token', url: `${HOME}/llu/connections`, headers: APP, status: 401 },
  {
    about: 'the id of another account',
    url: `${HOME}/llu/connections`,
    signedIn: true,
    headers: { 'account-id': 'x' },
    status: 400,
  },
  {
    about: 'somebody who is not followed',
    url: `${HOME}/llu/connections/patient-1/graph`,
    signedIn: true,
    status: 404,
  },
  {
    about: 'a wrong password',
    method: 'POST',
    url: `${HOME}/llu/auth/login`,
    headers: { ...APP, 'content-type': 'application/json' },
    body: '{"email":"4711@person.test","password":"x"}',
    status: 200,
    says: { status: 2 },
  },
]

/** `7/1/2026 9:55:00 PM`. */
function usTime(at: number): string {
  const time = new Date(at * 1000)
  const hour = time.getUTCHours()
  const two = (part: number) => String(part).padStart(2, '0')
  const date = `${time.getUTCMonth() + 1}/${time.getUTCDate()}/${time.getUTCFullYear()}`
  return `${date} ${hour % 12 || 12}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} ${hour < 12 ? 'AM' : 'PM'}`
}
function dayOf(account: string, day: string) {
  return Array.from({ length: 96 }, (_, i) => {
    const at = dayStart(day) - OFFSET + i * 900 + 300
    const value = between(75, 180, account, day, 'reading', i)
    return {
      FactoryTimestamp: usTime(at),
      Timestamp: usTime(at + OFFSET),
      type: 0,
      ValueInMgPerDl: value,
      MeasurementColor: 1,
      GlucoseUnits: 1,
      Value: value,
      isHigh: false,
      isLow: false,
    }
  })
}
