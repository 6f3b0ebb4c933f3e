import type { Sqs } from '../sqs.ts'
import { type Landed, type Sink, troubled, until } from './sink.ts'

interface Event {
  type: string
  data_type?: string
  summary_ids?: string[]
  /** Absent in what is about nobody: a sign-in that was given up, a test. */
  user?: { user_id: string } | null
  data?: Record<string, unknown>[]
}

/** A queue that keeps order. */
export async function queueSink(sqs: Sqs, name = 'health.fifo'): Promise<Sink> {
  const queue = await sqs.createQueue(name)
  const all = () => true
  return {
    name: 'sqs',
    destination: {
      type: 'sqs',
      settings: { queue_url: queue, region: sqs.region },
      secrets: { access_key_id: sqs.account.accessKeyId, secret_access_key: sqs.account.secretAccessKey },
      delivery: { timeout_ms: 2_000, deletions: true },
    },
    async arrivals() {
      return (await sqs.receive(queue)).map(({ Body, MessageAttributes }) =>
        landed(JSON.parse(Body!) as Event, Number(MessageAttributes?.seq?.StringValue)),
      )
    },
    mend: () => sqs.behaves(() => ({ kind: 'none' })),
    troubles: {
      async killed() {
        // What dies is asked nothing more: SQS knows the ids of five minutes whatever dies in it, this server forgets them.
        let died: Promise<void> | undefined
        sqs.behaves(() => {
          died ??= sqs.kill()
          return { kind: 'reset', after: false }
        })
        await until(() => died !== undefined, 'a call to die in')
        await died
        await sqs.restart()
        sqs.behaves(() => ({ kind: 'none' }))
        return 1
      },
      cut: () => troubled(sqs.behaves, all, { kind: 'reset', after: true }),
      refused: () => troubled(sqs.behaves, all, { kind: 'answer', status: 500, body: INTERNAL, after: true }),
      async late() {
        return (
          (await troubled(sqs.behaves, all, { kind: 'twice' })) +
          (await troubled(sqs.behaves, all, { kind: 'late', ms: 3_000 }))
        )
      },
      async revoked() {
        const before = sqs.refused
        sqs.revoke()
        await until(() => sqs.refused > before, 'a call with the revoked key')
        sqs.giveBack()
        return sqs.refused - before
      },
    },
  }
}

export function landed({ type, user, data, data_type, summary_ids }: Event, seq: number): Landed {
  const about = { user: user?.user_id ?? '', seq }
  if (type === 'deletion') return { ...about, type: data_type!, summary_id: summary_ids?.[0], deleted: true }
  return { ...about, type, deleted: false, ...(data && { record: data[0] }) }
}
const INTERNAL = '{"__type":"com.amazonaws.sqs#InternalFailure","message":"The request processing has failed"}'
