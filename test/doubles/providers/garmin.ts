import { randomBytes } from 'node:crypto'
import { callWebhook, type ProviderDouble, type Surroundings } from './double.ts'
import { garminDay } from './garmin-days.ts'
import { type Call, type Reply, reply } from './http.ts'
import { OauthDouble, signingIn } from './oauth.ts'

const PERMISSIONS = ['ACTIVITY_EXPORT', 'HEALTH_EXPORT', 'MCT_EXPORT', 'HISTORICAL_DATA_EXPORT']
const TYPE_OF = {
  dailies: ['daily', 'nutrition'],
  sleeps: ['sleep'],
  activityDetails: ['activity'],
  bodyComps: ['body'],
  mct: ['menstruation'],
} as const

/** Shown by `npm start`. */
export const demonstrated = true

/**
 * Garmin's developer programme: OAuth 2.0 with PKCE, user id and permissions, registration, backfill that is answered 202 and
 * comes by push; one push carries many users and types, with the header `garmin-client-id`.
 */
export default function garmin({ app, ingestUrl }: Surroundings): ProviderDouble {
  const oauth = new OauthDouble({ app, pkce: true, codeMs: 60_000, expiresIn: 86_400 })
  const registered = new Set<string>()
  const asked = new Set<string>()

  function api(call: Call): Reply {
    const account = oauth.accountOf(call.token)
    if (account === undefined) return reply(401, { errorMessage: 'Invalid access token' })
    registered.add(account)
    const { path, method } = call
    if (method === 'GET' && /^\/(partner-gateway|wellness-api)\/rest\/user\/id$/.test(path))
      return reply(200, { userId: account })
    if (method === 'GET' && path.endsWith('/rest/user/permissions')) return reply(200, { permissions: PERMISSIONS })
    if (method === 'DELETE' && path.endsWith('/rest/user/registration')) {
      oauth.revoke(account)
      registered.delete(account)
      return reply(204)
    }
    const backfill = /^\/wellness-api\/rest\/backfill\/(\w+)$/.exec(path)
    if (method !== 'GET' || !backfill) return reply(404, { errorMessage: 'Not found' })
    const [from, to] = ['summaryStartTimeInSeconds', 'summaryEndTimeInSeconds'].map((name) =>
      Number(call.query.get(name)),
    )
    if (!from || !to || to <= from) return reply(400, { errorMessage: 'start and end are required' })
    if (to - from > 30 * 86_400) return reply(400, { errorMessage: 'at most 30 days' })
    const key = `${account}/${backfill[1]}/${from}/${to}`
    if (asked.has(key)) return reply(409, { errorMessage: 'duplicate backfill' })
    asked.add(key)
    return reply(202)
  }

  return {
    oauth,
    ...signingIn(oauth),
    origins: {
      'https://connect.garmin.com': '/garmin/connect',
      'https://diauth.garmin.com': '/garmin/diauth',
      'https://apis.garmin.com': '/garmin/apis',
    },
    handle(prefix, call) {
      if (prefix === '/garmin/connect')
        return call.path === '/oauth2Confirm'
          ? oauth.authorize(call, () => `garmin-${randomBytes(8).toString('hex')}`)
          : reply(404)
      if (prefix === '/garmin/apis') return api(call)
      if (call.method !== 'POST' || call.path !== '/di-oauth2-service/oauth/token') return reply(404)
      const issued = oauth.token(call)
      return 'error' in issued ? reply(issued.status, { error: issued.error }) : reply(200, issued.tokens)
    },
    async days(account, days) {
      const items = []
      for (const day of days) {
        const sent_at = Date.now()
        const push = garminDay(account, day)
        await callWebhook(ingestUrl(), {
          headers: { 'content-type': 'application/json', 'garmin-client-id': app.client_id },
          body: JSON.stringify(push),
        })
        for (const types of Object.values(TYPE_OF)) for (const type of types) items.push({ type, key: day, sent_at })
      }
      return items
    },
  }
}
