import { MARK } from '../base/mark.ts'

/** What a new provider begins with: a table, a double and a fixture that hang together, with everything to change marked. */
export interface Scaffold {
  slug: string
  auth: 'oauth2' | 'key'
  calls: 'poll' | 'ping'
}

const resourceOf = (slug: string): string => slug.toUpperCase().replaceAll('-', '_')
const nameOf = (slug: string): string =>
  slug
    .split('-')
    .map((word) => `${word[0]!.toUpperCase()}${word.slice(1)}`)
    .join(' ')
const host = (slug: string) => `https://api.${slug}.example`

const AUTH = {
  oauth2: `auth: oauth2({
    authorize: \`\${API}/oauth/authorize\`, token: \`\${API}/oauth/token\`, scopes: ['${MARK}'],
    identity: { path: 'id', request: { method: 'GET', url: \`\${API}/v1/me\`, as: 'user' } },
    revoke: { method: 'POST', url: \`\${API}/oauth/revoke\`, form: { token: '{access_token}' }, as: 'user' },
  }),`,
  key: `auth: apiKey({
    header: 'x-api-key', help: { text: 'Where people find their key: ${MARK}', url: \`\${API}/settings\` },
    identity: { path: 'id', request: { method: 'GET', url: \`\${API}/v1/me\`, as: 'user' } },
  }),`,
}
const CALLS = {
  poll: `polling: { notice: 'poll', everyMinutes: 60, overlapHours: 24 },`,
  ping: `webhook: {
    handshake: { kind: 'none' },
    verify: { kind: 'hmac', header: 'x-signature', algorithm: 'sha256', encoding: 'hex', key: 'client_secret', over: ['body'] },
    body: 'json', shape: { kind: 'one', owner: 'user_id', resource: 'type' }, kind: 'ping', ok: 200,
  },
  // What was not told is found by a look once a day.
  polling: { notice: 'reconcile', everyMinutes: 1_440, overlapHours: 48 },`,
}
const NOTICES = {
  poll: `connected: [{ pull: 'workouts', span: SPAN }],
    poll: [{ pull: 'workouts', span: SPAN }],`,
  ping: `connected: [{ pull: 'workouts', span: SPAN }],
    reconcile: [{ pull: 'workouts', span: SPAN }],
    workout: [{ pull: 'workout', params: { id: 'id' } }],`,
}
const PULL_BY_ID = `
    workout: { request: { method: 'GET', url: \`\${API}/v1/workouts/{id}\`, as: 'user' }, resource: 'workouts', items: 'data', single: true, nothing: [404] },`

export const providerText = ({
  slug,
  auth,
  calls,
}: Scaffold): string => `import { activityType } from '../source/activity-types.ts'
import { ${auth === 'oauth2' ? 'defineProvider, oauth2' : 'apiKey, defineProvider'} } from '../source/define.ts'
import { into } from '../source/map.ts'
import { iso, session } from '../source/places.ts'
import { constant, number, text } from '../source/readers.ts'

const API = '${host(slug)}' // ${MARK}
const SPAN = { from: 'from', to: 'to' }

/** ${MARK}: one sentence about how it gives its data, and the address of its documentation. */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: '${slug}', resource: '${resourceOf(slug)}', name: '${nameOf(slug)}', category: 'training', origins: [API],
  ${AUTH[auth]}
  connected: { historyDays: 30 },
  ${CALLS[calls]}
  pulls: {
    workouts: {
      request: { method: 'GET', url: \`\${API}/v1/workouts\`, as: 'user' }, items: 'data',
      window: { start: 'from', end: 'to', style: 'date' }, paging: { kind: 'cursor', from: 'next', to: 'cursor' },
    },${calls === 'ping' ? PULL_BY_ID : ''}
  },
  notices: {
    ${NOTICES[calls]}
  },
  items: 'data'${calls === 'ping' ? ', single: true' : ''},
  maps: {
    workouts: into('activity', session({ id: 'id', start: iso('start'), end: iso('end') }), {
      metadata: { name: text('title'), type: activityType('sport'), upload_type: constant(1) },
      distance_data: { summary: { distance_meters: number('distance_meters') } },
      heart_rate_data: { summary: { avg_hr_bpm: number('average_heart_rate', { least: 1 }) } },
    }),
  },
})
`

export const FIXTURE = `${JSON.stringify(
  {
    about: `${MARK}: what is odd in it; a real payload, with the records that its documentation says it is`,
    resource: 'workouts',
    payload: {
      data: [
        {
          id: 'w1',
          title: 'Morning run',
          sport: 'running',
          start: '2026-07-01T07:00:00+02:00',
          end: '2026-07-01T08:00:00+02:00',
          distance_meters: 10_000,
          average_heart_rate: 142,
        },
      ],
      next: null,
    },
    records: [
      {
        type: 'activity',
        part: 'workouts',
        data: {
          metadata: {
            start_time: '2026-07-01T07:00:00.000000+02:00',
            end_time: '2026-07-01T08:00:00.000000+02:00',
            timestamp_localization: 1,
            name: 'Morning run',
            type: 8,
            upload_type: 1,
          },
          distance_data: { summary: { distance_meters: 10_000 } },
          heart_rate_data: { summary: { avg_hr_bpm: 142 } },
        },
      },
    ],
  },
  null,
  2,
)}
`

const SIGNED_IN = {
  oauth2: { head: 'oauth,\n    ...signingIn(oauth),', account: 'oauth.accountOf(call.token)' },
  key: {
    head: `typed: (account) => ({ api_key: \`key-of-\${account}\` }),
    signedIn: (account) => ({ 'x-api-key': \`key-of-\${account}\` }),
    // ${MARK}: a key cannot be taken back by those who were given it.
    open: () => true,`,
    account: `/^key-of-(.+)$/.exec(String(call.headers['x-api-key'] ?? ''))?.[1]`,
  },
}
const OAUTH_CALLS = `if (call.path === '/oauth/authorize') return oauth.authorize(call, () => \`account-\${accounts.size}\`)
      if (call.path === '/oauth/token') {
        const issued = oauth.token(call)
        return 'error' in issued ? reply(issued.status, { error: issued.error }) : reply(200, issued.tokens)
      }
      `
const OAUTH_REVOKE = `if (call.method === 'POST' && call.path === '/oauth/revoke') {
        oauth.revoke(account)
        return reply(200)
      }
      `
const TELLS = `for (const { id } of added) {
        const body = JSON.stringify({ type: 'workout', id, user_id: account })
        const signature = createHmac('sha256', app.client_secret).update(body).digest('hex')
        await callWebhook(ingestUrl(), { headers: { 'content-type': 'application/json', 'x-signature': signature }, body })
      }
      `
const BY_ID = `const id = /^\\/v1\\/workouts\\/([\\w-]+)$/.exec(call.path)?.[1]
      if (id) {
        const found = held(account).find((one) => one.id === id)
        return found ? reply(200, found) : reply(404, { error: 'not found' })
      }
      `

export function doubleText({ slug, auth, calls }: Scaffold): string {
  const { head, account } = SIGNED_IN[auth]
  const oauth = auth === 'oauth2'
  const ping = calls === 'ping'
  const given = [...(oauth || ping ? ['app'] : []), ...(ping ? ['ingestUrl'] : [])]
  return `${ping ? "import { createHmac } from 'node:crypto'\n" : ''}import { between, ${ping ? 'callWebhook, ' : ''}type ProviderDouble, ${given.length > 0 ? 'type Surroundings, ' : ''}type WrongCall } from './double.ts'
import { reply } from './http.ts'
${oauth ? "import { OauthDouble, signingIn } from './oauth.ts'\n" : ''}
const API = '${host(slug)}' // ${MARK}
const PAGE = 2
interface Workout {
  id: string
  start: string
}

/** ${MARK}: stands in for the service: it refuses what that refuses, as this page says: (its address). */
export default function double(${given.length > 0 ? `{ ${given.join(', ')} }: Surroundings` : ''}): ProviderDouble {
  ${oauth ? 'const oauth = new OauthDouble({ app, pkce: false, codeMs: 60_000, expiresIn: 3_600 })\n  ' : ''}const accounts = new Map<string, Workout[]>()
  const held = (account: string): Workout[] => accounts.get(account) ?? []

  return {
    ${head}
    origins: { [API]: '/${slug}' },
    handle(_, call) {
      ${oauth ? OAUTH_CALLS : ''}const account = ${account}
      if (account === undefined) return reply(401, { error: 'unauthorized' })
      ${oauth ? OAUTH_REVOKE : ''}if (call.method !== 'GET') return reply(405, { error: 'method not allowed' })
      if (call.path === '/v1/me') return reply(200, { id: account })
      ${ping ? BY_ID : ''}if (call.path !== '/v1/workouts') return reply(404, { error: 'not found' })
      const [from, to] = [call.query.get('from'), call.query.get('to')]
      if (!from || !to) return reply(400, { error: 'from and to are required' })
      const inside = held(account).filter(({ start }) => start.slice(0, 10) >= from && start.slice(0, 10) <= to)
      const at = Number(call.query.get('cursor') ?? 0)
      const next = at + PAGE < inside.length ? String(at + PAGE) : null
      return reply(200, { data: inside.slice(at, at + PAGE), next })
    },
    async days(account, days) {
      const sent_at = Date.now()
      const added = days.map((day) => workoutOf(account, day))
      accounts.set(account, [...held(account).filter(({ id }) => !added.some((one) => one.id === id)), ...added])
      ${ping ? TELLS : ''}return days.map((key) => ({ type: 'activity', key, sent_at }))
    },
  }
}

const workoutOf = (account: string, day: string) => ({
  id: \`w-\${day}\`,
  title: 'Morning run',
  sport: 'running',
  start: \`\${day}T07:00:00+02:00\`,
  end: \`\${day}T08:00:00+02:00\`,
  distance_meters: between(5_000, 15_000, account, day),
  average_heart_rate: between(120, 160, account, day, 'hr'),
})

export const refuses: WrongCall[] = [
  { about: 'a call without ${oauth ? 'a token' : 'a key'}', url: \`\${API}/v1/me\`, status: 401 },
  { about: 'a list without its window', url: \`\${API}/v1/workouts\`, signedIn: true, status: 400 },
]
`
}
