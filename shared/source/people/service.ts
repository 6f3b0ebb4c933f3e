import { DAY_MS } from '../../base/time.ts'
import { Life } from './life.ts'
import { type Plan, planOf, tokenOf } from './plan.ts'
import { RESOURCES, type Resource, truth } from './sendings.ts'

/** Days of one answer. */
const PAGE_DAYS = 10

/**
 * What a cloud of these people would answer, answered here: who somebody is (`/me`), and what was of them before they
 * were connected (`/data/sleeps?from=&to=`, seconds). Nothing is kept: all that is known of a person is in their token.
 */
export async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url)
  if (url.pathname === '/login')
    return request.method === 'POST' ? logIn(await request.json()) : refused(405, 'use POST')
  const plan = planOf(request.headers.get('authorization')?.replace(/^Bearer /, '') ?? '')
  if (!plan) return refused(401, 'no such person')
  if (request.method !== 'GET') return refused(405, 'use GET')
  if (url.pathname === '/me') return Response.json({ account: plan.account })
  const resource = /^\/data\/(\w+)$/.exec(url.pathname)?.[1] as Resource | undefined
  if (!resource || !RESOURCES.includes(resource)) return refused(404, 'nothing is here')
  return data(plan, resource, url.searchParams)
}
const refused = (status: number, error: string) => Response.json({ error }, { status })

/** What was typed into the form becomes a plan of somebody who is connected today. */
function logIn(typed: unknown): Response {
  const { person, anomalies } = typed as { person: string; anomalies: string }
  const plan = {
    person,
    account: crypto.randomUUID(),
    begins: Math.floor(Date.now() / DAY_MS),
    history_days: 30,
    live: 'as_it_happens',
    anomalies: anomalies === 'none' ? [] : anomalies.split(/[\s,]+/).filter(Boolean),
  }
  const token = tokenOf(plan as Plan)
  return planOf(token) ? Response.json({ token }) : refused(401, 'the anomalies are not known')
}

function data(plan: Plan, resource: Resource, query: URLSearchParams): Response {
  const [from, to] = ['from', 'to'].map((name) => Math.ceil((Number(query.get(name)) * 1000) / DAY_MS))
  if (!Number.isInteger(from) || !Number.isInteger(to)) return refused(400, 'from and to are Unix seconds')
  const life = new Life(plan)
  if (resource === 'profile') return Response.json({ profile: truth(life, plan.begins, 'profile') })
  const first = Math.max(Number(query.get('cursor') ?? from), plan.begins - plan.history_days)
  const last = Math.min(to!, plan.begins)
  const days = Array.from({ length: Math.max(0, Math.min(PAGE_DAYS, last - first)) }, (_, i) => first + i)
  const next = first + PAGE_DAYS < last ? { next: String(first + PAGE_DAYS) } : {}
  return Response.json({ [resource]: days.flatMap((day) => truth(life, day, resource)), ...next })
}
