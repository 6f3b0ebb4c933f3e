import { startTcpProxy } from '../../harness/tcp-proxy.ts'
import type { Authority } from '../authority.ts'
import { type KafkaRecord, startKafka } from '../kafka.ts'
import { landed } from './queue.ts'
import { type Sink, TIMES, until } from './sink.ts'

const TOPIC = 'health'
/** Requests and answers larger than this carry records, or are about them. */
const PRODUCE_BYTES = 400
const LATE_MS = 700

/** A topic on a broker that is reached through a network which errs. */
export async function logSink(authority: Authority) {
  let port = 0
  const proxy = await startTcpProxy(() => ({ host: '127.0.0.1', port }))
  const kafka = await startKafka(authority, { advertised: proxy.port })
  port = kafka.ports.proxied
  const read = new Map<number, number>()
  const ids = new Set<string>()
  let repeated = 0
  const sink: Sink = {
    name: 'kafka',
    destination: {
      type: 'kafka',
      settings: { brokers: [`127.0.0.1:${proxy.port}`], topic: TOPIC, sasl: 'scram-sha-256', tls: false },
      secrets: { username: kafka.user, password: kafka.password },
      delivery: { timeout_ms: 3_000, deletions: true },
    },
    async arrivals() {
      const records = await kafka.records(TOPIC)
      const fresh = records.filter(({ partition, offset }) => offset >= (read.get(partition) ?? 0))
      for (const { partition, offset } of fresh) read.set(partition, Math.max(offset + 1, read.get(partition) ?? 0))
      return fresh
        .sort((a, b) => a.partition - b.partition || a.offset - b.offset)
        .filter((record) => {
          // Where the answer to a batch was lost, it may be there twice: readers know it by its id.
          const id = header(record, 'event_id')
          if (ids.has(id)) repeated++
          return !ids.has(id) && ids.add(id)
        })
        .map((record) => landed(JSON.parse(record.payload!), Number(header(record, 'seq'))))
    },
    repeated: () => repeated,
    mend: () => proxy.rule({}),
    troubles: {
      async killed() {
        let died: Promise<void> | undefined
        proxy.rule({
          said: (piece) => {
            if (died || piece.length < PRODUCE_BYTES) return 'pass'
            died = kafka.kill()
            return 'pass'
          },
        })
        await until(() => died !== undefined, 'a batch to die in')
        await died
        proxy.rule({})
        await kafka.restart()
        return 1
      },
      async cut() {
        let cuts = 0
        proxy.rule({
          answered: (_, asked) => (asked.length >= PRODUCE_BYTES && cuts < TIMES && ++cuts > 0 ? 'cut' : 'pass'),
        })
        await until(() => cuts >= TIMES, `${TIMES} answers to batches`)
        proxy.rule({})
        return cuts
      },
      async late() {
        let late = 0
        proxy.rule({
          answered: (_, asked) =>
            asked.length >= PRODUCE_BYTES && late < TIMES && ++late > 0 ? { delayMs: LATE_MS } : 'pass',
        })
        await until(() => late >= TIMES, `${TIMES} answers to batches`)
        proxy.rule({})
        return late
      },
      async revoked() {
        await kafka.revoke()
        // Who is logged in would stay so.
        proxy.cutAll()
        const before = proxy.counts.connections
        await until(() => proxy.counts.connections > before, 'somebody to sign in with the revoked password')
        await kafka.giveBack()
        return proxy.counts.connections - before
      },
    },
  }
  const close = async () => {
    await kafka.close()
    await proxy.close()
  }
  return { sink, close }
}

/** Headers come as name, value, name, value… */
export const header = ({ headers = [] }: KafkaRecord, name: string): string => headers[headers.indexOf(name) + 1] ?? ''
