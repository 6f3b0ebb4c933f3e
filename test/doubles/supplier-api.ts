import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import type { JWK } from 'jose'
import { readAssertion } from '../../shared/access/client-assertion.ts'
import { checkSignature } from '../../shared/access/request-signature.ts'
import type { z } from '../../shared/base/zod.ts'
import { EXAMPLE_PULL, LookInput, PullInput as PullSchema } from '../../workers/suppliers/pull-views.ts'

type PullInput = z.infer<typeof PullSchema>
interface Made {
  /** Records of all its batches, in order. */
  records: unknown[]
  batches: Map<string, { batch_id: string; records: number; looks: number }>
}
type Trouble = (request: Request) => Response | 'cut before' | 'cut after' | undefined
export const [CLIENT_ID, CLIENT_SECRET] = ['crd_of_the_tests', 'secret-of-the-tests']
const PART_BYTES = 64

/** The doors of a supplier as far as its client knocks on them: as strict as they are, and in trouble where a test wants it. */
export class SupplierApi {
  readonly url = 'https://eu.fascia.test'
  readonly made: Made = { records: [], batches: new Map() }
  readonly calls: string[] = []
  /** Each public key of the credential. */
  keys: JWK[] = []
  mustSign = false
  tokenSeconds = 900
  looksUntilDone = 2
  trouble: Trouble = () => undefined
  tokens = 0
  streamToken: () => string = () => 'st.1'
  parts = new Map<number, Uint8Array>()
  /** As they were asked for, the newest last. */
  readonly pulls = new Map<string, PullInput>()
  readonly looks: z.infer<typeof LookInput>[] = []
  readonly now: () => number
  private readonly good = new Map<string, number>()
  private readonly keysUsed = new Map<string, { hash: string; answer: object }>()
  private readonly once = new Set<string>()

  constructor(now: () => number) {
    this.now = now
  }

  readonly fetch: typeof fetch = async (input, init) => {
    // What `fetch` itself would refuse is refused.
    const request = new Request(input as string, init)
    const { pathname, search } = new URL(request.url)
    this.calls.push(`${request.method} ${pathname}${search}`)
    const trouble = this.trouble(request)
    if (trouble === 'cut before') throw new TypeError('fetch failed')
    if (trouble instanceof Response) return trouble
    const body = new Uint8Array(await request.arrayBuffer())
    const answer = pathname === '/oauth/token' ? await this.token(body) : await this.answer(request, pathname, body)
    if (trouble === 'cut after') throw new TypeError('fetch failed')
    return answer
  }

  private async token(body: Uint8Array): Promise<Response> {
    const form = new URLSearchParams(new TextDecoder().decode(body))
    if (form.get('grant_type') !== 'client_credentials') return json(400, { error: 'unsupported_grant_type' })
    const stranger = json(401, { error: 'invalid_client', error_description: 'the secret is not that of the client' })
    if (form.get('client_id') !== CLIENT_ID) return stranger
    const assertion = form.get('client_assertion')
    if (assertion === null) {
      if (form.get('client_secret') !== CLIENT_SECRET) return stranger
    } else {
      const client = { id: CLIENT_ID, keys: this.keys }
      const read = await readAssertion(assertion, client, [`${this.url}/oauth/token`], this.now())
      if (read.kind === 'bad') return json(401, { error: 'invalid_client', error_description: read.why })
      if (this.once.has(read.jti)) return json(401, { error: 'invalid_client', error_description: 'used before' })
      this.once.add(read.jti)
    }
    const access_token = `token-${++this.tokens}`
    this.good.set(access_token, this.now() + this.tokenSeconds * 1_000)
    return json(200, { access_token, token_type: 'Bearer', expires_in: this.tokenSeconds })
  }

  private async answer(request: Request, path: string, body: Uint8Array): Promise<Response> {
    const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
    if (!token) return problem(401, 'token_missing')
    if ((this.good.get(token) ?? 0) <= this.now()) return problem(401, 'token_expired')
    if (path.startsWith('/v2/ingest/')) {
      const bad = await this.unsigned(request, body)
      if (bad) return problem(401, bad)
    }
    const digest = request.headers.get('content-digest')
    if (digest !== null && digest !== digestOf(body)) return problem(400, 'digest_mismatch')
    const [, , ...names] = path.split('/')
    const route = `${request.method} ${names.map((name) => (/^(nights|bat_|upl_|pul_|\d+$)/.test(name) ? ':' : name)).join('/')}`
    switch (route) {
      case 'POST ingest/:/batches':
        return this.batch(request, body)
      case 'POST ingest/:/uploads':
        return json(201, this.upload())
      case 'GET ingest/uploads/:':
        return json(200, this.upload())
      case 'PUT ingest/uploads/:/parts/:':
        if (body.length > PART_BYTES) return problem(413, 'part_too_large')
        this.parts.set(Number(names.at(-1)), body)
        return json(200, { part: Number(names.at(-1)), bytes: body.length })
      case 'POST ingest/uploads/:/complete':
        return this.taken(Buffer.concat([...this.parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes)))
      case 'POST ingest/:/streams':
        return this.stream(JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>)
      case 'GET supplier/batches/:':
        return this.look(names.at(-1)!)
      case 'GET supplier/batches/:/report':
        return this.report(request)
      case 'POST supplier/pulls':
        return this.newPull(body)
      case 'GET supplier/pulls':
        return json(200, { pulls: [...this.pulls].map(([id, pull]) => pullView(id, pull)) })
      case 'POST supplier/pulls/:/look':
        this.looks.push(LookInput.parse(JSON.parse(new TextDecoder().decode(body))))
        return this.pullOf(names.at(-2)!, (id, pull) => json(202, pullView(id, pull)))
      case 'DELETE supplier/pulls/:':
        return this.pullOf(names.at(-1)!, (id) => {
          this.pulls.delete(id)
          return new Response(null, { status: 204 })
        })
      default:
        return problem(404, 'not_found')
    }
  }

  private async unsigned(request: Request, body: Uint8Array): Promise<string | undefined> {
    if (!this.mustSign) return undefined
    const { method, url, headers } = request
    const checked = await checkSignature(
      { method, url, headers: headers as never, hasBody: body.length > 0 },
      this.keys,
      this.now(),
    )
    if (checked.kind === 'bad') return checked.code
    if (this.once.has(checked.once)) return 'signature_replayed'
    this.once.add(checked.once)
    return undefined
  }

  private batch(request: Request, body: Uint8Array): Response {
    if (request.headers.get('content-digest') === null) return problem(400, 'digest_missing')
    let bytes: Uint8Array = body
    if (request.headers.get('content-encoding') === 'gzip')
      try {
        bytes = gunzipSync(body)
      } catch {
        return problem(400, 'gzip_broken')
      }
    if (new URL(request.url).searchParams.get('dry_run') === 'true')
      return json(200, { records: linesIn(bytes).length, counts: { accepted: linesIn(bytes).length } })
    const key = request.headers.get('idempotency-key')
    const hash = digestOf(body)
    const before = key === null ? undefined : this.keysUsed.get(key)
    if (before) return before.hash === hash ? json(202, before.answer) : problem(409, 'idempotency_key_reused')
    const { answer, response } = this.take(bytes)
    if (key !== null) this.keysUsed.set(key, { hash, answer })
    return response
  }
  private stream({ subject }: Record<string, unknown>): Response {
    if (typeof subject !== 'string') return problem(400, 'bad_request')
    const times = { expires_at: '2031-03-01T00:03:00.000Z', ends_at: '2031-03-01T00:15:00.000Z' }
    const opened = { token: this.streamToken(), url: 'wss://stream.test/connect', ...times }
    return json(201, { ...opened, subject, types: ['HEART_RATE'] })
  }
  private taken = (bytes: Uint8Array): Response => this.take(bytes).response
  private take(bytes: Uint8Array) {
    const records = linesIn(bytes).map((line) => JSON.parse(line) as unknown)
    const answer = { batch_id: `bat_${this.made.batches.size + 1}`, records: records.length }
    this.made.records.push(...records)
    this.made.batches.set(answer.batch_id, { ...answer, looks: 0 })
    return { answer: { ...answer, state: 'queued' }, response: json(202, { ...answer, state: 'queued' }) }
  }
  private upload() {
    const parts = [...this.parts].map(([part, bytes]) => ({ part, bytes: bytes.length }))
    return { upload_id: 'upl_1', state: 'open', part_bytes: PART_BYTES, parts }
  }
  private look(id: string): Response {
    const batch = this.made.batches.get(id)
    if (!batch) return problem(404, 'not_found')
    const state = ++batch.looks > this.looksUntilDone ? 'done' : 'processing'
    return json(200, { ...batch, state })
  }
  private newPull(body: Uint8Array): Response {
    const { success, data } = PullSchema.safeParse(JSON.parse(new TextDecoder().decode(body)))
    if (!success) return problem(400, 'invalid')
    const id = `pul_${this.pulls.size + 1}`
    this.pulls.set(id, data)
    return json(201, pullView(id, data))
  }
  private pullOf(id: string, answer: (id: string, pull: PullInput) => Response): Response {
    const pull = this.pulls.get(id)
    return pull ? answer(id, pull) : problem(404, 'pull_unknown')
  }
  private report(request: Request): Response {
    if (request.headers.get('accept') !== 'application/x-ndjson') return json(200, { lines: [], next_cursor: null })
    const text = this.made.records.map((_, i) => `${JSON.stringify({ line: i + 1, outcome: 'accepted', ü: 'ü' })}\n`)
    const bytes = new TextEncoder().encode(text.join(''))
    // In pieces that end anywhere, also within a letter.
    const stream = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.slice(at, at + 7))
        controller.close()
      },
    })
    return new Response(stream, { headers: { 'content-type': 'application/x-ndjson' } })
  }
}

const pullView = (pull_id: string, { secret_access_key: _, session_token: __, ...pull }: PullInput) => ({
  ...EXAMPLE_PULL,
  ...pull,
  pull_id,
})
const linesIn = (bytes: Uint8Array) =>
  new TextDecoder()
    .decode(bytes)
    .split('\n')
    .filter((line) => line !== '')
const digestOf = (bytes: Uint8Array) => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`
const json = (status: number, body: object) => Response.json(body, { status })
export const problem = (status: number, code: string, headers: Record<string, string> = {}): Response =>
  Response.json({ status, code, title: code, detail: `because of ${code}` }, { status, headers })
