import { expect, test } from 'vitest'
import type { Env } from '../../durable-objects/env.ts'
import { settings } from '../../shared/base/settings.ts'
import sandbox from '../../shared/providers/sandbox.ts'
import { tokenOf } from '../../shared/source/people/plan.ts'
import { answer } from '../../shared/source/people/service.ts'

const secrets = { ROOT_KEY: 'k'.repeat(44), OPERATOR_TOKEN: 'o'.repeat(24) }
const here = async (vars: object) => {
  const { isHere } = await import('../../workers/connect/start.ts')
  const env = { ...secrets, ...vars } as unknown as Env
  expect(() => settings(env)).not.toThrow()
  return [isHere(env, sandbox), isHere(env, { ...sandbox, synthetic: undefined })]
}

test('synthetic people are off in production, unless the deployment says so', async () => {
  expect(await here({ ENVIRONMENT: 'local' })).toEqual([true, true])
  expect(await here({ ENVIRONMENT: 'staging' })).toEqual([true, true])
  expect(await here({ ENVIRONMENT: 'production' })).toEqual([false, true])
  expect(await here({ ENVIRONMENT: 'production', SYNTHETIC_PEOPLE: 'true' })).toEqual([true, true])
  expect(await here({ ENVIRONMENT: 'local', SYNTHETIC_PEOPLE: 'false' })).toEqual([false, true])
})

test('their cloud tells only those whose token it made, and nothing of days that were not asked for', async () => {
  const token = tokenOf({ person: 'x', account: 'a', begins: 20_000, history_days: 25, live: 'off', anomalies: [] })
  const ask = async (path: string, bearer = token, method = 'GET') => {
    const said = await answer(
      new Request(`https://here${path}`, { method, headers: { authorization: `Bearer ${bearer}` } }),
    )
    return { status: said.status, ...((await said.json()) as { next?: string; sleeps?: { date: string }[] }) }
  }
  expect((await ask('/me', 'other')).status).toBe(401)
  expect((await ask('/me', token, 'POST')).status).toBe(405)
  expect((await ask('/data/thoughts?from=0&to=1')).status).toBe(404)
  expect((await ask('/data/sleeps?from=x&to=y')).status).toBe(400)
  const seen: string[] = []
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page = await ask(`/data/sleeps?from=${19_970 * 86_400}&to=${20_010 * 86_400}${cursor && `&cursor=${cursor}`}`)
    seen.push(...page.sleeps!.filter(({ date }) => !seen.includes(date)).map(({ date }) => date))
    cursor = page.next
  }
  expect(seen).toHaveLength(25)
  expect([seen[0], seen.at(-1)]).toEqual(['2024-09-09', '2024-10-03'])
})
