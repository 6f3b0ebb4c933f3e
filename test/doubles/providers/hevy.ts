import { between, type ProviderDouble, type WrongCall } from './double.ts'
import { type Call, type Reply, reply } from './http.ts'

const API = 'https://api.hevyapp.com'
const MOST_PER_PAGE = 10

/**
 * Hevy's API v1: pages of at most 10 with `page_count`, workouts changed since a moment, one key per user in the header
 * `api-key` (https://api.hevyapp.com/docs).
 */
export default function hevy(): ProviderDouble {
  const held = new Map<string, Map<string, number>>()
  const keyOf = (account: string) => `key-of-${account}`
  const daysOf = (account: string) => [...(held.get(account) ?? [])].sort().reverse()

  function answer(call: Call, account: string): Reply {
    const of = daysOf(account)
    if (call.path === '/v1/user/info')
      return reply(200, { data: { id: account, name: 'Person', url: 'https://hevy.com/user/p' } })
    if (call.path === '/v1/body_measurements')
      return of.length === 0
        ? reply(404, { error: 'no measurements' })
        : paged(
            call,
            'body_measurements',
            of.map(([day]) => measured(account, day)),
          )
    if (call.path !== '/v1/workouts/events') return reply(404, { error: 'not found' })
    const since = Date.parse(call.query.get('since') ?? '1970-01-01T00:00:00Z')
    if (Number.isNaN(since)) return reply(500, { error: 'since is no date' })
    const events = of
      .filter(([, updatedAt]) => updatedAt >= since)
      .flatMap(([day, updatedAt]) => [
        workout(account, day, updatedAt),
        { type: 'deleted', id: `gone-${day}`, deleted_at: iso(updatedAt) },
      ])
    return paged(call, 'events', events)
  }

  return {
    origins: { [API]: '/hevy/api' },
    handle(_, call) {
      const account = /^key-of-(.+)$/.exec(String(call.headers['api-key'] ?? ''))?.[1]
      if (account === undefined) return reply(401, { error: 'InvalidApiKey' })
      return call.method === 'GET' ? answer(call, account) : reply(405)
    },
    async days(account, days) {
      const of = held.get(account) ?? new Map<string, number>()
      held.set(account, of)
      for (const day of days) if (!of.has(day)) of.set(day, Date.now())
      const sent_at = Date.now()
      return days.flatMap((key) => ['activity', 'body'].map((type) => ({ type, key, sent_at })))
    },
    typed: (account) => ({ api_key: keyOf(account) }),
    signedIn: (account) => ({ 'api-key': keyOf(account) }),
    // A key cannot be taken back by those who were given it.
    open: () => true,
  }
}

/** Calls that are refused. */
export const refuses: WrongCall[] = [
  { about: 'no key', url: `${API}/v1/user/info`, status: 401 },
  { about: 'a key of nobody', url: `${API}/v1/user/info`, headers: { 'api-key': 'x' }, status: 401 },
  { about: '11 items a page', url: `${API}/v1/workouts/events?page=1&pageSize=11`, signedIn: true, status: 400 },
  { about: 'page 0', url: `${API}/v1/workouts/events?page=0`, signedIn: true, status: 400 },
  {
    about: 'measurements where there are none',
    url: `${API}/v1/body_measurements?page=1`,
    signedIn: true,
    status: 404,
  },
]

function paged(call: Call, name: string, all: object[]): Reply {
  const [page, size] = [Number(call.query.get('page') ?? 1), Number(call.query.get('pageSize') ?? 5)]
  if (page < 1 || size > MOST_PER_PAGE) return reply(400, { error: 'Invalid page or pageSize' })
  return reply(200, {
    page,
    page_count: Math.ceil(all.length / size),
    [name]: all.slice((page - 1) * size, page * size),
  })
}
const iso = (at: number) => new Date(at).toISOString()
function workout(account: string, day: string, updatedAt: number) {
  const n = (name: string, low: number, high: number) => between(low, high, account, day, name)
  const set = (index: number, rest: object) => ({
    index,
    type: 'normal',
    weight_kg: null,
    reps: null,
    distance_meters: null,
    duration_seconds: null,
    rpe: null,
    ...rest,
  })
  const exercise = (index: number, title: string, sets: object[]) => ({
    index,
    title,
    notes: '',
    exercise_template_id: `T${index}`,
    supersets_id: null,
    sets,
  })
  return {
    type: 'updated',
    workout: {
      id: `${account}-${day}`,
      title: 'Evening session',
      routine_id: null,
      description: '',
      start_time: `${day}T17:00:00Z`,
      end_time: `${day}T17:${n('minutes', 30, 59)}:00Z`,
      updated_at: iso(updatedAt),
      created_at: iso(updatedAt),
      exercises: [
        exercise(0, 'Rowing Machine', [
          set(0, { distance_meters: n('row', 500, 2_000), duration_seconds: n('s', 120, 600) }),
        ]),
        exercise(1, 'Squat (Barbell)', [set(0, { weight_kg: n('kg', 40, 120), reps: n('reps', 3, 12), rpe: 8.5 })]),
      ],
    },
  }
}
const measured = (account: string, date: string) => ({
  date,
  weight_kg: between(680, 760, account, date, 'weight') / 10,
  lean_mass_kg: null,
  fat_percent: between(140, 220, account, date, 'fat') / 10,
  waist: 82,
})
