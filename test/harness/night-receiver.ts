import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Event {
  type: string
  user?: { reference_id: string | null }
  data?: {
    metadata: { start_time: string }
    sleep_durations_data?: { asleep?: { duration_asleep_state_seconds?: number } }
  }[]
}
/** A night by whose it is and when it began. */
export const nightKey = (person: string, start: string): string => `${person} ${Date.parse(start)}`

/** The developer's webhook: notes which night came with which figure, and answers. */
export async function startNightReceiver() {
  const landed = new Map<string, number>()
  const others: string[] = []
  let [last, calls] = [0, 0]
  const note = (event: Event) => {
    if (event.type !== 'sleep') others.push(event.type)
    else
      for (const { metadata, sleep_durations_data } of event.data ?? []) {
        const seconds = sleep_durations_data?.asleep?.duration_asleep_state_seconds ?? Number.NaN
        landed.set(nightKey(event.user?.reference_id ?? '', metadata.start_time), seconds / 60)
        last = Date.now()
      }
  }
  const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    calls++
    note(JSON.parse(await textOf(request)) as Event)
    response.writeHead(200, { 'content-length': 0 }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    /** Minutes asleep of each night that came. */
    landed,
    others,
    get calls() {
      return calls
    },
    /** When the last one came that was not known yet, or again. */
    get last() {
      return last
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
