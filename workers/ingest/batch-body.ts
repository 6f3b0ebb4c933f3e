import { createHash } from 'node:crypto'
import { Fault } from '../../shared/base/fault.ts'
import { type DeclaredDigests, declaredDigests } from '../../shared/supply/content-digest.ts'
import type { BodyForm } from '../../shared/supply/framer.ts'

const LINES = ['x-ndjson', 'ndjson', 'jsonl', 'x-jsonl', 'jsonlines', 'x-jsonlines'].map(
  (name) => `application/${name}`,
)
/** What says nothing: clients send it where they are told nothing. */
const ANYTHING = [
  'application/x-www-form-urlencoded',
  'application/octet-stream',
  'text/plain',
  'application/gzip',
  'application/x-gzip',
]

/** A batch's bytes as they come: counted, hashed, held to what its sender said of them. */
export class BatchBody {
  readonly form: BodyForm
  readonly gzip: boolean
  /** sha-256, hex, where its sender told it. */
  readonly declared: string | undefined
  bytes = 0
  private readonly digests: DeclaredDigests
  private readonly stream: ReadableStream<Uint8Array> | null
  private readonly most: number
  private readonly tooMuch: () => Fault
  private readonly sha256 = createHash('sha256')
  private hash: string | undefined

  constructor({ headers, body }: Request, most: number, tooMuch: () => Fault) {
    this.form = formOf(headers.get('content-type'))
    this.gzip = isGzip(headers.get('content-encoding'))
    this.digests = declaredDigests(headers.get('content-digest'))
    this.declared = this.digests['sha-256']
    this.stream = body
    this.most = most
    this.tooMuch = tooMuch
    if (Number(headers.get('content-length') ?? 0) > most) throw tooMuch()
  }

  /** At its end it is what it was said to be. */
  async *chunks(): AsyncIterable<Uint8Array> {
    const sha512 = this.digests['sha-512'] === undefined ? undefined : createHash('sha512')
    for await (const chunk of this.stream ? whole(this.stream) : []) {
      this.bytes += chunk.length
      if (this.bytes > this.most) throw this.tooMuch()
      this.sha256.update(chunk)
      sha512?.update(chunk)
      yield chunk
    }
    this.hash = this.sha256.digest('hex')
    if (this.declared !== undefined && this.declared !== this.hash) throw mismatch('sha-256')
    if (sha512 && sha512.digest('hex') !== this.digests['sha-512']) throw mismatch('sha-512')
  }
  /** Known when all of it has come. */
  digest(): string {
    if (this.hash === undefined) throw new Error('the body has not come wholly')
    return this.hash
  }
  /** Reads all that is left, for its digest alone. */
  async pass(): Promise<string> {
    for await (const _ of this.chunks());
    return this.digest()
  }
  /** Nobody wants it. */
  async leave(): Promise<void> {
    if (this.stream && !this.stream.locked) await this.stream.cancel().catch(() => undefined)
  }
}

const mismatch = (name: string) =>
  new Fault(
    'bad_request',
    `the body’s ${name} is not the one that content-digest tells: it was changed on its way, or the digest is of other bytes (it is of the body as it is sent, packed); nothing was taken, send it again`,
    {},
    'digest_mismatch',
  )

async function* whole(stream: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const reader = stream.getReader()
  let ended = false
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(brokeOff)
      ended = done
      if (done) return
      yield value
    }
  } finally {
    // Nobody reads on: the sender need not go on.
    if (!ended) await reader.cancel().catch(() => undefined)
  }
}
const brokeOff = (): never => {
  throw new Fault('bad_request', 'the body broke off before its end; nothing was taken, send it again', {}, 'broke_off')
}

function formOf(header: string | null): BodyForm {
  const [type = '', ...parameters] = (header ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  const charset = parameters
    .find((one) => one.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '')
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
    throw unsupported('content-type says another charset than UTF-8; send JSON as UTF-8', 'charset_unsupported')
  if (type === 'application/json') return 'document'
  if (LINES.includes(type)) return 'lines'
  if (type === '' || ANYTHING.includes(type)) return 'any'
  throw unsupported(
    'content-type is none that is taken here; send one record a line as application/x-ndjson, or an array as application/json',
    'content_type_unsupported',
  )
}
function isGzip(header: string | null): boolean {
  const coding = (header ?? '').trim().toLowerCase()
  if (coding === '' || coding === 'identity') return false
  if (coding === 'gzip' || coding === 'x-gzip') return true
  throw unsupported(
    'content-encoding is none that is taken here; send the body as it is, or packed with gzip',
    'encoding_unsupported',
    {
      'accept-encoding': 'gzip',
    },
  )
}
const unsupported = (message: string, reason: string, headers: Record<string, string> = {}) =>
  new Fault('unsupported_media_type', message, headers, reason)
