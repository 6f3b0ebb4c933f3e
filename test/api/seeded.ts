import { vi } from 'vitest'
import { type Local, readPrivate } from '../../shared/cli/home.ts'
import { type Client, createClient } from '../../shared/sdk/client.ts'
import { document, fascia, serve } from '../local/spawned.ts'

export interface SeededUser {
  user_id: string
  reference_id: string
  provider: string
}
export interface SeededDeveloper {
  dev_id: string
  api_key: string
  users: SeededUser[]
}
export interface Seeded {
  base_url: string
  developers: SeededDeveloper[]
}
export interface SeededServer {
  url: string
  /** The control of the providers' doubles. */
  sandboxUrl: string
  seeded: Seeded
  /** Seeds again; what is there stays. */
  seed(): Promise<Seeded>
  stop(): Promise<void>
}
/** The days of the seed, both included. */
export const [FROM, TO] = ['2026-07-01', '2026-07-08']

/** A Fascia of its own with the data of `npm run fascia -- seed`. */
export async function serveSeeded(): Promise<SeededServer> {
  const { url, home, stop } = await serve()
  const seed = async (): Promise<Seeded> => {
    const run = fascia(['seed', '--json'], { FASCIA_HOME: home })
    if ((await run.ended) !== 0) throw new Error(run.stderr())
    const seeded = document<Seeded>(run)
    await whenProfilesAreRead(url, seeded)
    return seeded
  }
  try {
    const seeded = await seed()
    return { url, sandboxUrl: readPrivate<Local>('local.json', home).sandbox_url!, seeded, seed, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The seed waits for the days it sends; a profile comes with the first look after a connection, on its own time. */
async function whenProfilesAreRead(url: string, { developers }: Seeded): Promise<void> {
  for (const developer of developers)
    for (const { user_id } of developer.users.filter(({ provider }) => provider === 'OURA'))
      await vi.waitFor(
        async () => {
          const asked = `${url}/v2/athlete?user_id=${user_id}&to_webhook=false`
          const answer = (await (await fetch(asked, { headers: headersOf(developer) })).json()) as object
          if (!('athlete' in answer)) throw new Error(`no profile of ${user_id}: ${JSON.stringify(answer)}`)
        },
        { timeout: 60_000, interval: 100 },
      )
}

export const headersOf = ({ dev_id, api_key }: SeededDeveloper) => ({ 'dev-id': dev_id, 'x-api-key': api_key })
export const clientOf = (server: SeededServer, developer: SeededDeveloper): Client =>
  createClient({ baseUrl: server.url, devId: developer.dev_id, apiKey: developer.api_key })
