import { type Http, providerHttp } from '../shared/base/http.ts'
import { settings } from '../shared/base/settings.ts'
import { PROVIDERS } from '../shared/catalog/units.ts'
import type { Env } from './env.ts'

const HERE = new Map(
  Object.values(PROVIDERS).flatMap(({ synthetic, origins }) =>
    synthetic ? origins.map((origin) => [origin, synthetic.answer] as const) : [],
  ),
)

/** The way to the providers of this deployment; one whose people are made up answers here. */
export function toProviders(env: Env): Http {
  const out = providerHttp(settings(env))
  return (url, init) => {
    const answer = HERE.get(new URL(url).origin)
    return answer ? answer(new Request(url, init)) : out(url, init)
  }
}
