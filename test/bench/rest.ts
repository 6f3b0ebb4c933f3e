import { Agent, get } from 'node:http'
import { hops } from './experiments.ts'
import { hello } from './hello.ts'
import { round, type Spread, spread } from './statistics.ts'
import type { World } from './world.ts'

const LANES = 16
const PEOPLE = 20

export interface RestFigures {
  path: string
  requests_per_second: number
  ms: Spread | undefined
}

/** Reads of the API, each against the plainest answer of the same runtime in the same minute. */
export async function rest(world: World, seconds: number) {
  const developer = await world.developer({ connections: PEOPLE })
  await hops(world, developer.accounts, 20, 3)
  const users = await developer.client.users()
  const { devId, apiKey } = developer.client.options
  const headers = { 'dev-id': devId!, 'x-api-key': apiKey! }
  const plain = await hello(world.url, seconds)
  // The generator's items are of days from 2020 on. A day a read: an hour's bound of days per person is not reached.
  const daily = users.map(
    ({ user_id }) => `/v2/daily?user_id=${user_id}&start_date=2020-01-01&end_date=2020-01-02&to_webhook=false`,
  )
  const userInfo = users.map(({ user_id }) => `/v2/userInfo?user_id=${user_id}`)
  return {
    plain: plain.requests_per_second,
    daily: await load(world.url, 'GET /v2/daily inline', daily, headers, seconds),
    userInfo: await load(world.url, 'GET /v2/userInfo', userInfo, headers, seconds),
  }
}

async function load(
  url: string,
  path: string,
  addresses: string[],
  headers: Record<string, string>,
  seconds: number,
): Promise<RestFigures> {
  const agent = new Agent({ keepAlive: true, maxSockets: LANES })
  const until = performance.now() + seconds * 1000
  const took: number[] = []
  const lane = async () => {
    while (performance.now() < until) {
      const began = performance.now()
      await new Promise<void>((resolve, reject) => {
        get(url + addresses[took.length % addresses.length], { agent, headers, timeout: 10_000 }, (response) => {
          if (response.statusCode !== 200) reject(new Error(`${path} answered ${response.statusCode}`))
          response.resume().on('end', resolve)
        })
          .on('error', reject)
          .on('timeout', () => reject(new Error(`${path} was not answered`)))
      })
      took.push(performance.now() - began)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  agent.destroy()
  return { path, requests_per_second: round(took.length / seconds, 0), ms: spread(took) }
}
