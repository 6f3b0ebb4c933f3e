import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { NightFile } from '../suppliers/night-file.ts'

const LOOK_EVERY_MS = 20

interface Event {
  type: string
  user?: { reference_id: string | null }
  data?: {
    metadata: { start_time: string }
    sleep_durations_data?: { asleep?: { duration_asleep_state_seconds?: number } }
  }[]
}
/** A night by whose it is and when it began. */
const nightKey = (person: string, start: string): string => `${person} ${Date.parse(start)}`

/** The developer's webhook: notes which night came with which figure, and answers. */
export async function startNightReceiver() {
  /** Minutes asleep of each night that came. */
  const landed = new Map<string, number>()
  const note = (event: Event) => {
    if (event.type !== 'sleep') return
    for (const { metadata, sleep_durations_data } of event.data ?? []) {
      const seconds = sleep_durations_data?.asleep?.duration_asleep_state_seconds ?? Number.NaN
      landed.set(nightKey(event.user?.reference_id ?? '', metadata.start_time), seconds / 60)
    }
  }
  let calls = 0
  const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    calls++
    note(JSON.parse(await textOf(request)) as Event)
    response.writeHead(200, { 'content-length': 0 }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    calls: () => calls,
    /** Waits until every night of a file has come. → those that did not, or not as they were sent */
    async missing(file: NightFile, patienceMs: number): Promise<string[]> {
      const owed = [...file.nights()].map((one) => [nightKey(one.person, one.start), one.asleep_minutes] as const)
      const isHere = ([key, minutes]: (typeof owed)[number]) => landed.get(key) === minutes
      const until = Date.now() + patienceMs
      // Each is looked at until it is there: whoever receives has the same thread.
      for (let here = 0; here < owed.length && Date.now() < until; ) {
        if (isHere(owed[here]!)) here++
        else await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
      }
      return owed.filter((one) => !isHere(one)).map(([key]) => key)
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
export type NightReceiver = Awaited<ReturnType<typeof startNightReceiver>>

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
