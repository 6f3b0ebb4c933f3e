import { between, dayStart, type ProviderDouble, type Surroundings, type WrongCall } from './double.ts'
import { type Call, type Reply, redirect, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const HOST = 'https://api.ihealthlabs.com:8443'
const SIGN_IN = '/OpenApiV2/OAuthv2/userauthorization/'
/** Pages are of 50 items; a smaller one shows that pages are followed. */
const PAGE = 2
const TIME_ZONE = '+0200'
const LISTS: Record<string, string> = {
  bp: 'BPDataList',
  bg: 'BGDataList',
  weight: 'WeightDataList',
  spo2: 'BODataList',
  sleep: 'SRDataList',
  activity: 'ARDataList',
  sport: 'SPORTDataList',
}

/**
 * iHealth's open API v2 (http://developer.ihealthlabs.com/dev_documentation_openapidoc.htm): one address for consent and
 * tokens, a pair of codes for each list, pages by their whole address, units by code, seconds of the local clock.
 */
export default function ihealth({ app }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({ app, pkce: false, codeMs: 600_000, expiresIn: 3_672_000 })
  const held = new Map<string, Set<string>>()
  const error = (status: number, code: number, description: string): Reply =>
    reply(status, { Error: description, ErrorCode: code, ErrorDescription: description })

  function signIn(call: Call): Reply {
    if (call.method === 'GET') {
      if (!call.query.get('APIName')?.includes('OpenApiBP')) return error(400, 4_003, 'APIName is required')
      return oauth.authorize(call, () => `ih-${call.query.get('state')?.slice(0, 8)}`)
    }
    const form = new URLSearchParams(call.form)
    // A renewal says so in the type of the response.
    if (form.get('response_type') === 'refresh_token') form.set('grant_type', 'refresh_token')
    const issued = oauth.token({ ...call, form })
    if ('error' in issued) return error(issued.status, 4_001, issued.error)
    const { access_token, refresh_token, expires_in } = issued.tokens
    const APIName = 'OpenApiBP OpenApiWeight OpenApiSleep'
    return reply(200, {
      APIName,
      AccessToken: access_token,
      Expires: expires_in,
      RefreshToken: refresh_token,
      UserID: issued.account,
    })
  }
  function read({ path, query }: Call): Reply {
    const [, user, name] = /^\/openapiv2\/user\/([\w-]+)\/(\w+)\.json$/.exec(path) ?? []
    const list = name === undefined ? undefined : LISTS[name]
    if (user === undefined || name === undefined || list === undefined) return error(404, 4_004, 'no such list')
    if (query.get('client_id') !== app.client_id || query.get('client_secret') !== app.client_secret)
      return error(401, 4_002, 'unknown client')
    if (query.get('sc') !== app.more?.sc || query.get('sv') !== app.more?.[`sv_${name}`])
      return error(403, 5_002, 'sc or sv is not right')
    if (oauth.accountOf(query.get('access_token') ?? undefined) !== user)
      return error(401, 4_005, 'the token is not good')
    const [from, to] = [Number(query.get('start_time')), Number(query.get('end_time'))]
    if (!(from > 0 && to > from)) return error(400, 4_006, 'start_time and end_time are required')
    const inside = [...(held.get(user) ?? [])]
      .sort()
      .filter((day) => dayStart(day) + 86_400 > from && dayStart(day) < to)
    const all = inside.flatMap((day) => itemsOf(user, day, name))
    const page = Number(query.get('page_index') ?? 1)
    const next = new URL(`${HOST}${path}?${query}`)
    next.searchParams.set('page_index', String(page + 1))
    const items = all.slice((page - 1) * PAGE, page * PAGE)
    const NextPageUrl = page * PAGE < all.length ? next.href : ''
    const units = { BPUnit: 0, BGUnit: 0, WeightUnit: 0, DistanceUnit: 0 }
    return reply(200, {
      [list]: items,
      ...units,
      CurrentRecordCount: items.length,
      NextPageUrl,
      PageLength: PAGE,
      PageNumber: page,
      RecordCount: all.length,
    })
  }

  return {
    oauth,
    ...signingIn(oauth),
    origins: { [HOST]: '/ihealth/api' },
    handle(_, call) {
      if (call.path === SIGN_IN) return signIn(call)
      return call.method === 'GET' ? read(call) : redirect(HOST)
    },
    async days(account, days) {
      held.set(account, new Set([...(held.get(account) ?? []), ...days]))
      const sent_at = Date.now()
      return days.flatMap((key) => ['body', 'daily', 'sleep', 'activity'].map((type) => ({ type, key, sent_at })))
    },
  }
}

const BP = `${HOST}/openapiv2/user/4711/bp.json`
export const refuses: WrongCall[] = [
  { about: 'no client', url: `${BP}?start_time=1&end_time=2`, status: 401 },
  {
    about: 'a call without the codes of the app',
    url: `${BP}?client_id=app-ihealth&client_secret=secret-ihealth`,
    status: 403,
    says: { ErrorCode: 5_002 },
  },
  {
    about: 'a token of nobody',
    url: `${BP}?client_id=app-ihealth&client_secret=secret-ihealth&sc=sc-of-ihealth&sv=sv_bp-of-ihealth&access_token=x&start_time=1&end_time=2`,
    status: 401,
  },
  { about: 'what is not there', url: `${HOST}/openapiv2/user/4711/moods.json`, status: 404 },
  {
    about: 'a sign-in without its scopes',
    url: `${HOST}${SIGN_IN}?client_id=app-ihealth&response_type=code`,
    status: 400,
  },
]

function itemsOf(account: string, day: string, name: string): object[] {
  const n = (what: string, low: number, high: number) => between(low, high, account, day, what)
  const item = (hour: number) => ({
    DataID: `${account}-${day}-${name}-${hour}`,
    DataSource: 'FromDevice',
    LastChangeTime: dayStart(day) + hour * 3_600,
    MDate: dayStart(day) + hour * 3_600,
    TimeZone: TIME_ZONE,
    Lat: 0,
    Lon: 0,
    Note: '',
  })
  const { MDate: _, ...span } = item(7)
  switch (name) {
    case 'bp':
      return [7, 21].map((hour) => ({
        ...item(hour),
        BPL: 1,
        HP: n(`hp${hour}`, 105, 130),
        LP: n(`lp${hour}`, 65, 85),
        HR: n(`hr${hour}`, 52, 80),
        IsArr: -1,
      }))
    case 'bg':
      return [{ ...item(8), BG: n('bg', 80, 120) }]
    case 'weight':
      return [
        {
          ...item(7),
          BMI: 22.5,
          BoneValue: 0,
          DCI: 2_035,
          FatValue: n('fat', 12, 22),
          MuscaleValue: 0,
          WaterValue: 55,
          WeightValue: n('weight', 68, 74),
        },
      ]
    case 'spo2':
      return [{ ...item(9), BO: n('bo', 94, 99), HR: n('pulse', 52, 80) }]
    case 'activity':
      return [
        { ...item(12), Calories: n('kcal', 1_800, 2_600), Steps: n('steps', 4_000, 12_000), DistanceTraveled: 5.2 },
      ]
    case 'sleep':
      return [
        {
          ...span,
          Awaken: 2,
          FallSleep: 10,
          HoursSlept: 400,
          SleepEfficiency: 91,
          StartTime: dayStart(day) + 600,
          EndTime: dayStart(day) + 27_000,
        },
      ]
    default:
      return [
        {
          ...span,
          SportName: 'Running',
          SportStartTime: dayStart(day) + 61_200,
          SportEndTime: dayStart(day) + 63_000,
          Calories: 300,
        },
      ]
  }
}
