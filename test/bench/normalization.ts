import { push } from './payloads.ts'
import { perProvider } from './per-provider.ts'
import { median, round } from './statistics.ts'
import type { World } from './world.ts'

/**
 * Inside workerd: a push of twenty items is cut, normalized and written as the product does it, against JSON.parse and
 * JSON.stringify of the same bytes. Timed from outside, in turns, with the request's own cost taken off.
 */
export async function normalization(world: World, smoke: boolean) {
  const { body } = push(
    0,
    20,
    Array.from({ length: 20 }, (_, i) => `person-${i}`),
    false,
  )
  const times = smoke ? 40 : 200
  const timed = async (what: string, count: number) => {
    const begin = performance.now()
    const response = await fetch(`${world.url}/bench/work?what=${what}&times=${count}`, { method: 'POST', body })
    const answer = (await response.json()) as { out: number; records?: number }
    if (!response.ok || (what === 'normalize' && answer.records !== 20))
      throw new Error(`normalizing gave ${JSON.stringify(answer)}`)
    return performance.now() - begin
  }
  await timed('json', times)
  await timed('normalize', times)
  const rates: Record<string, number[]> = { json: [], normalize: [] }
  for (let i = 0; i < (smoke ? 2 : 7); i++)
    for (const what of ['json', 'normalize']) {
      const empty = await timed('json', 0)
      const took = (await timed(what, times)) - empty
      rates[what]!.push((body.length * times) / 1e6 / (took / 1000))
    }
  const json = median(rates.json!)
  const normalize = median(rates.normalize!)
  return {
    where: 'workerd',
    mb_per_second: round(normalize, 1),
    json_mb_per_second: round(json, 1),
    ratio: round(normalize / json),
    payload_bytes: body.length,
    in_node: perProvider(smoke),
  }
}
