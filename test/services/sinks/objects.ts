import { gunzipSync } from 'node:zlib'
import type { S3 } from '../s3.ts'
import { type Landed, type Sink, troubled, until } from './sink.ts'

const BUCKET = 'health-of-all'
interface Line {
  type: string
  seq: number
  deleted: boolean
  user: { user_id: string }
  summary_id?: string
  record?: Record<string, unknown>
}

/** A bucket: objects of many events, NDJSON. */
export async function objectsSink(s3: S3): Promise<Sink> {
  await s3.createBucket(BUCKET)
  /** Keys in the order in which they were stored. */
  const stored: string[] = []
  const isPut = ({ method, target }: { method: string; target: string }) =>
    method === 'PUT' && target.includes('.ndjson')
  let refused = 0
  s3.observes((request, status) => {
    const key = decodeURIComponent(request.target.split('?')[0]!.slice(BUCKET.length + 2))
    // 412: it is there, although nobody heard of it.
    if (isPut(request) && (status === 200 || status === 412) && !stored.includes(key)) stored.push(key)
    if (status === 403) refused++
  })
  let read = 0
  return {
    name: 's3',
    destination: {
      type: 's3',
      settings: { bucket: BUCKET, region: s3.region, endpoint: s3.url, path_style: true, batch_seconds: 1 },
      secrets: { access_key_id: s3.account.accessKeyId, secret_access_key: s3.account.secretAccessKey },
      delivery: { timeout_ms: 3_000, deletions: true },
    },
    async arrivals() {
      const fresh = stored.slice(read)
      const objects: { window: string; lines: Landed[] }[] = []
      for (const key of fresh) {
        const { body } = await s3.object(BUCKET, key)
        const lines = gunzipSync(body).toString().split('\n').filter(Boolean).map(landed)
        // The objects of one window are put at the same time: they are one arrival.
        const window = key.split('/').at(-1)!
        const before = objects.at(-1)
        if (before?.window === window) before.lines.push(...lines)
        else objects.push({ window, lines })
      }
      read += fresh.length
      return objects.flatMap(({ lines }) => lines.sort((a, b) => a.seq - b.seq))
    },
    mend: () => s3.behaves(() => ({ kind: 'none' })),
    troubles: {
      async killed() {
        let died: Promise<void> | undefined
        s3.behaves((request) => {
          if (!isPut(request) || died) return { kind: 'none' }
          died = s3.kill()
          return { kind: 'reset', after: false }
        })
        await until(() => died !== undefined, 'a put to die in')
        await died
        s3.behaves(() => ({ kind: 'none' }))
        await s3.restart()
        return 1
      },
      cut: () => troubled(s3.behaves, isPut, { kind: 'reset', after: true }),
      refused: () => troubled(s3.behaves, isPut, { kind: 'answer', status: 500, body: INTERNAL, after: true }),
      late: () => troubled(s3.behaves, isPut, { kind: 'twice' }),
      async revoked() {
        const before = refused
        await s3.revoke()
        await until(() => refused > before, 'a put with the revoked key')
        await s3.giveBack()
        return refused - before
      },
    },
  }
}

const landed = (text: string): Landed => {
  const { type, seq, deleted, user, summary_id, record } = JSON.parse(text) as Line
  const about = { type, user: user.user_id, seq, deleted }
  return summary_id === undefined ? about : { ...about, summary_id, ...(record && { record }) }
}
/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const INTERNAL =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>InternalError</Code><Message>We encountered an internal error. Please try again.</Message></Error>'
