import { randomInt } from 'node:crypto'
import { between, callWebhook, dayStart, type ProviderDouble, type Surroundings } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

/** Shown by `npm start`. */
export const demonstrated = true

/** At UTC+2 all year. */
const ZONE = 'Africa/Johannesburg'
const OFFSET = 7_200
const PAGE = 20
interface Held {
  measures: { grpid: number; date: number }[]
  activities: { date: string }[]
  sleeps: { startdate: number; enddate: number; date: string }[]
}

/**
 * Withings' public API: one address, many actions told by a form field; everything is HTTP 200 with `status` in the body (0 ok,
 * 401 unauthorized, 503 bad parameters, 601 too many requests); tokens wrapped in `body`; notifications are unsigned forms.
 */
export default function withings({ app, ingestUrl }: Surroundings): ProviderDouble {
  // Codes live for 30 seconds.
  const oauth = new OauthDouble({
    app,
    pkce: false,
    codeMs: 30_000,
    expiresIn: 10_800,
    scope: 'user.info,user.metrics,user.activity',
  })
  const accounts = new Map<string, Held>()
  const subscribed = new Set<string>()
  const held = (account: string): Held => {
    const found = accounts.get(account) ?? { measures: [], activities: [], sleeps: [] }
    accounts.set(account, found)
    return found
  }
  const ok = (body: unknown): Reply => reply(200, { status: 0, body })
  const bad = (status: number, error: string): Reply => reply(200, { status, error })

  function token(call: Call): Reply {
    if (call.form.get('action') !== 'requesttoken') return bad(503, 'action must be requesttoken')
    const issued = oauth.token(call)
    return 'error' in issued ? bad(503, issued.error) : ok({ userid: issued.account, ...issued.tokens })
  }
  async function subscribe(call: Call, account: string): Promise<Reply> {
    const [callback, appli] = [call.form.get('callbackurl'), call.form.get('appli')]
    if (!callback || !appli) return bad(503, 'callbackurl and appli are required')
    // The address must answer a HEAD before it is used.
    const probe = await fetch(callback, { method: 'HEAD', signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
    if (probe?.status !== 200) return bad(2_554, 'callback could not be reached')
    subscribed.add(`${account}/${appli}`)
    return ok({})
  }
  function paged(call: Call, name: string, all: unknown[], extra: object = {}): Reply {
    const offset = Number(call.form.get('offset') ?? 0)
    const more = offset + PAGE < all.length
    return ok({
      ...extra,
      [name]: all.slice(offset, offset + PAGE),
      more: name === 'measuregrps' ? Number(more) : more,
      offset: more ? offset + PAGE : 0,
    })
  }
  function read(call: Call, account: string): Reply {
    const { form, path } = call
    const data = held(account)
    const action = `${path} ${form.get('action')}`
    const [from, to] = [Number(form.get('startdate') ?? 0), Number(form.get('enddate') ?? 2e9)]
    const [first, last] = [form.get('startdateymd') ?? '0000', form.get('enddateymd') ?? '9999']
    const onDays = <T extends { date: string }>(all: T[]) => all.filter((one) => one.date >= first && one.date <= last)
    if (action === '/measure getmeas') {
      const groups = data.measures.filter((one) => one.date >= from && one.date <= to)
      return paged(call, 'measuregrps', groups, { updatetime: Math.floor(Date.now() / 1_000), timezone: ZONE })
    }
    if (action === '/v2/measure getactivity') return paged(call, 'activities', onDays(data.activities))
    if (action === '/v2/measure getworkouts') return paged(call, 'series', [])
    if (action === '/v2/heart list') return paged(call, 'series', [])
    if (action === '/v2/sleep getsummary') return paged(call, 'series', onDays(data.sleeps))
    const timed = ['/v2/measure getintradayactivity', '/v2/sleep get'].includes(action)
    if (timed && to - from > 86_400) return bad(503, 'at most 24 hours')
    if (action === '/v2/measure getintradayactivity') return ok({ series: intraday(account, data, from, to) })
    if (action === '/v2/sleep get') return ok({ series: nightSeries(account, data, from, to), model: 32 })
    return bad(2_555, `unknown action ${action}`)
  }
  const notify = (account: string, appli: number, startdate: number, enddate: number) =>
    callWebhook(ingestUrl(), {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        userid: account,
        startdate: String(startdate),
        enddate: String(enddate),
        appli: String(appli),
      }).toString(),
    })

  return {
    oauth,
    ...signingIn(oauth),
    origins: { 'https://account.withings.com': '/withings/account', 'https://wbsapi.withings.net': '/withings/wbsapi' },
    async handle(prefix, call) {
      if (prefix === '/withings/account')
        return call.path === '/oauth2_user/authorize2'
          ? oauth.authorize(call, () => String(randomInt(10_000_000, 99_999_999)))
          : reply(404)
      if (call.method !== 'POST') return bad(503, 'POST only')
      if (call.path === '/v2/oauth2') return token(call)
      const account = oauth.accountOf(call.token)
      if (account === undefined)
        return bad(401, 'XRequestID: Not provided invalid_token: The access token provided is invalid')
      if (call.path === '/notify' && call.form.get('action') === 'subscribe') return subscribe(call, account)
      return read(call, account)
    },
    async days(account, days) {
      const data = held(account)
      const items = []
      for (const day of days) {
        const midnight = dayStart(day) - OFFSET
        data.measures = [
          ...data.measures.filter((one) => one.date < midnight || one.date >= midnight + 86_400),
          weighing(account, day, midnight),
        ]
        data.activities = [...data.activities.filter((one) => one.date !== day), activityOf(account, day)]
        data.sleeps = [...data.sleeps.filter((one) => one.date !== day), nightOf(account, day, midnight)]
        for (const [appli, type] of [
          [1, 'body'],
          [16, 'daily'],
          [44, 'sleep'],
        ] as const) {
          if (!subscribed.has(`${account}/${appli}`))
            throw new Error(`${account} has no subscription for appli ${appli}`)
          const sent_at = Date.now()
          await notify(account, appli, midnight, midnight + 86_399)
          items.push({ type, key: day, sent_at })
        }
      }
      return items
    },
  }
}

function weighing(account: string, day: string, midnight: number) {
  const n = (name: string, low: number, high: number) => between(low, high, account, day, name)
  return {
    grpid: n('grp', 1, 1_000_000_000),
    attrib: 0,
    date: midnight + 27_000,
    created: midnight + 27_010,
    modified: midnight + 27_010,
    category: 1,
    deviceid: 'a1b2c3',
    measures: [
      { value: n('weight', 68_000, 74_000), type: 1, unit: -3 },
      { value: n('fat', 150, 220), type: 6, unit: -1 },
      { value: n('fatmass', 11_000, 15_000), type: 8, unit: -3 },
      { value: n('muscle', 52_000, 58_000), type: 76, unit: -3 },
      { value: n('bone', 290, 330), type: 88, unit: -2 },
      { value: n('sys', 108, 126), type: 10, unit: 0 },
      { value: n('dia', 68, 82), type: 9, unit: 0 },
      { value: n('pulse', 54, 68), type: 11, unit: 0 },
    ],
  }
}
function activityOf(account: string, day: string) {
  const n = (name: string, low: number, high: number) => between(low, high, account, day, name)
  return {
    date: day,
    timezone: ZONE,
    deviceid: 'a1b2c3',
    brand: 18,
    is_tracker: true,
    steps: n('steps', 4_000, 14_000),
    distance: n('distance', 3_000, 11_000),
    elevation: n('floors', 2, 18),
    soft: n('soft', 4_000, 9_000),
    moderate: n('moderate', 600, 3_000),
    intense: n('intense', 0, 1_200),
    active: n('moderate', 600, 3_000) + n('intense', 0, 1_200),
    calories: n('calories', 250, 800),
    totalcalories: n('total', 1_900, 2_700),
    hr_average: n('hr', 58, 72),
    hr_min: n('min', 44, 52),
    hr_max: n('max', 120, 170),
  }
}
function nightOf(account: string, day: string, midnight: number) {
  const n = (name: string, low: number, high: number) => between(low, high, account, day, name)
  return {
    id: n('night', 1, 1_000_000_000),
    timezone: ZONE,
    model: 32,
    startdate: midnight + 1_800,
    enddate: midnight + 28_800,
    date: day,
    modified: midnight + 29_000,
    data: {
      wakeupduration: 1_200,
      lightsleepduration: n('light', 10_000, 14_000),
      deepsleepduration: n('deep', 4_000, 6_000),
      remsleepduration: n('rem', 4_000, 6_000),
      wakeupcount: n('wakes', 0, 4),
      sleep_latency: n('latency', 200, 900),
      total_timeinbed: 27_000,
      total_sleep_time: 24_000,
      sleep_efficiency: 0.89,
      hr_average: n('hr', 52, 60),
      hr_min: n('low', 44, 51),
      hr_max: n('high', 70, 85),
      rr_average: 15,
      sleep_score: n('score', 60, 95),
    },
  }
}
function intraday(account: string, data: Held, from: number, to: number) {
  const series: Record<string, object> = {}
  for (const { date } of data.activities)
    for (let i = 0; i < 96; i++) {
      const at = dayStart(date) - OFFSET + i * 900
      if (at >= from && at <= to)
        series[String(at)] = {
          steps: between(0, 400, account, date, i),
          duration: 900,
          heart_rate: between(50, 120, account, date, 'h', i),
          deviceid: 'a1b2c3',
          model: 'ScanWatch',
          model_id: 93,
        }
    }
  return series
}
function nightSeries(account: string, data: Held, from: number, to: number) {
  return data.sleeps
    .filter((night) => night.startdate < to && night.enddate > from)
    .flatMap((night) =>
      Array.from({ length: 15 }, (_, i) => {
        const startdate = night.startdate + i * 1_800
        const at = (step: number) => String(startdate + step * 300)
        return {
          startdate,
          enddate: startdate + 1_800,
          state: between(0, 3, account, night.date, i),
          model: 'Aura Sensor V2',
          hr: Object.fromEntries(
            Array.from({ length: 6 }, (_, j) => [at(j), between(46, 66, account, night.date, i, j)]),
          ),
          rr: Object.fromEntries(
            Array.from({ length: 6 }, (_, j) => [at(j), between(11, 17, account, night.date, i, j)]),
          ),
        }
      }),
    )
}
