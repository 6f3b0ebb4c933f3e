import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { concat, utf8 } from '../../shared/base/bytes.ts'
import type { BatchView } from '../../workers/suppliers/batch-views.ts'
import { call, house } from '../house.ts'
import { NIGHTS, night } from './nights.ts'
import { ownSupplier } from './own-supplier.ts'
import { done, newContract } from './pushed.ts'
import { answered, refusal, signedIn } from './supplier.ts'

const lab = ownSupplier(newContract)

const DOOR = '/v2/ingest/sleep-nights'
const NDJSON = { 'content-type': 'application/x-ndjson' }
const people = { people: 2 }
const lines = (...numbers: number[]) => numbers.map((number) => `${JSON.stringify(night(number, people))}\n`).join('')
const digest = (body: string | Uint8Array, name = 'sha256') =>
  `${name.replace(/(\d)/, '-$1')}=:${createHash(name).update(body).digest('base64')}:`
const push = (body: string | Uint8Array | ReadableStream, headers: Record<string, string> = {}, query = '') =>
  lab.ask('POST', `${DOOR}/batches${query}`, body, { ...NDJSON, ...headers })
const noBatch = async () => {
  const { batches } = await answered<{ batches: BatchView[] }>(await lab.ask('GET', '/v2/supplier/batches'))
  return batches.length === 0
}

describe('a batch', () => {
  test('is answered with a receipt when it is kept, and each of its records is accounted for', async () => {
    const body = `${lines(1, 2, 1)}{"night":1}\n${JSON.stringify({ ...night(9, people), consent: 5 })}\n`
    const pushed = await push(body, { 'content-digest': digest(body) })
    expect(pushed.status).toBe(202)
    expect(pushed.headers.get('ratelimit')).toContain('"records"')
    const receipt = await answered<BatchView>(pushed.clone())
    expect(receipt).toMatchObject({ contract: 'sleep-nights@1.0', state: 'queued', mode: 'partial', records: 5 })
    expect(receipt).toMatchObject({ bytes: utf8(body).length, unpacked_bytes: utf8(body).length })
    expect(pushed.headers.get('location')).toBe(`/v2/supplier/batches/${receipt.batch_id}`)
    expect(await done(lab, pushed)).toMatchObject({
      state: 'done',
      counts: { accepted: 2, updated: 0, duplicate: 1, rejected: 2, quarantined: 0 },
    })
  })
  test('may be an array, packed, unannounced or under a name that says nothing', async () => {
    const array = JSON.stringify([night(1, people), night(2, people)], null, 2)
    const sent: [string | Uint8Array, Record<string, string>][] = [
      [array, { 'content-type': 'application/json; charset=utf-8' }],
      [new Uint8Array(gzipSync(array)), { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
      [new Uint8Array(gzipSync(lines(1, 2))), { 'content-type': 'application/x-www-form-urlencoded' }],
      [concat(gzipSync(lines(1)), gzipSync(lines(2))), { 'content-encoding': 'gzip' }],
      [concat(Uint8Array.of(0xef, 0xbb, 0xbf), utf8(lines(1, 2).replaceAll('\n', '\r\n'))), {}],
    ]
    for (const [body, headers] of sent)
      expect(await done(lab, await push(body, headers))).toMatchObject({ state: 'done', records: 2 })
  })
  test('that comes again with its key is the first one; another body with that key is refused', async () => {
    const first = await answered<BatchView>(await push(lines(1), { 'idempotency-key': 'night-1' }))
    for (const declares of [false, true]) {
      const headers = declares ? { 'content-digest': digest(lines(1)) } : undefined
      const again = await push(lines(1), { 'idempotency-key': 'night-1', ...headers })
      expect(again.headers.get('idempotent-replayed')).toBe('true')
      expect((await answered<BatchView>(again)).batch_id).toBe(first.batch_id)
      const other = await push(lines(2), {
        'idempotency-key': 'night-1',
        ...(declares && { 'content-digest': digest(lines(2)) }),
      })
      expect(await refusal(other)).toEqual([409, 'idempotency_key_reused'])
    }
    expect(await done(lab, await push(lines(2), { 'idempotency-key': 'night-2' }))).toMatchObject({ records: 1 })
  })
  test('is refused as a whole in strict mode, where one record cannot be taken', async () => {
    const strict = await done(lab, await push(`${lines(1, 2)}{}\n`, {}, '?mode=strict'))
    expect(strict).toMatchObject({ state: 'refused', counts: { accepted: 0, rejected: 3 } })
    expect(await done(lab, await push(lines(1, 2), {}, '?mode=strict'))).toMatchObject({
      state: 'done',
      counts: { accepted: 2 },
    })
  })
  test('of a dry run is read, and nothing of it is kept', async () => {
    const told = await push(`${lines(1)}{}\n"\n`, {}, '?dry_run=true')
    expect(told.status).toBe(200)
    expect(await answered(told)).toMatchObject({
      dry_run: true,
      contract: 'sleep-nights@1.0',
      records: 3,
      counts: { accepted: 1, rejected: 2 },
      lines: [
        { line: 2, outcome: 'rejected' },
        { line: 3, outcome: 'rejected', problems: [{ rule: 'json' }] },
      ],
    })
    expect(await noBatch()).toBe(true)
    const large = await push(`"${'x'.repeat(6 * 1024 ** 2)}"\n`, {}, '?dry_run=true')
    expect(await refusal(large)).toEqual([413, 'unpacked_too_large'])
  })
  test('holds records that are none: each is told by its rule, and the others are taken', async () => {
    const latin = concat(utf8('{"night":"'), Uint8Array.of(0xe9), utf8('"}\n'))
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}\n`
    const beyond = lines(3).replace('"asleep_minutes":203', '"asleep_minutes":1e999')
    const twice = lines(4).replace('{', '{"night":"twice",')
    const long = `{"night":"${'x'.repeat(1024 ** 2)}"}\n`
    const body = concat(utf8(lines(1)), latin, utf8(deep + beyond + twice + long + lines(2)))
    const batch = await done(lab, await push(body))
    expect(batch).toMatchObject({ state: 'done', records: 7, counts: { accepted: 2, rejected: 5 } })
    const report = await lab.ask('GET', `/v2/supplier/batches/${batch.batch_id}/report?outcome=rejected`)
    const { records } = await answered<{ records: { line: number; problems: { rule: string }[] }[] }>(report)
    expect(records.map(({ line, problems }) => `${line} ${problems[0]!.rule}`)).toEqual([
      '2 encoding',
      '3 depth',
      expect.stringMatching(/^4 /),
      '5 duplicate_key',
      '6 too_long',
    ])
  })
})

describe('a batch that cannot be worked at any more fails, and those behind it go on', () => {
  test('because its contract is gone', async () => {
    await newContract(lab, { state: 'draft', document: { ...NIGHTS, name: 'drafted' } })
    const { contracts } = await answered<{ contracts: { contract_id: string; name: string }[] }>(
      await lab.ask('GET', '/v2/supplier/contracts'),
    )
    const { contract_id } = contracts.find(({ name }) => name === 'drafted')!
    const pushed = await lab.ask('POST', '/v2/ingest/drafted/batches', lines(1), NDJSON)
    const behind = await push(lines(2))
    expect((await lab.ask('DELETE', `/v2/supplier/contracts/${contract_id}`)).status).toBe(204)
    expect(await done(lab, pushed)).toMatchObject({ state: 'failed', reason: expect.stringContaining('contract') })
    expect(await done(lab, behind)).toMatchObject({ state: 'done', counts: { accepted: 1 } })
  })
  test('because what was kept of it is lost', async () => {
    const pushed = await push(lines(1))
    const behind = await push(lines(2))
    const { batch_id } = await answered<BatchView>(pushed.clone())
    const { objects } = await house.RAW.list()
    await house.RAW.delete(objects.map(({ key }) => key).filter((key) => key.includes(batch_id)))
    expect(await done(lab, pushed)).toMatchObject({ state: 'failed', reason: expect.stringContaining('send it again') })
    expect(await done(lab, behind)).toMatchObject({ state: 'done', counts: { accepted: 1 } })
  })
})

describe('what is no batch is refused, leaves nothing, and its key is free', () => {
  const packed = new Uint8Array(gzipSync(lines(1, 2, 3)))
  const gzip = { 'content-encoding': 'gzip' }
  test.each<[string, string | Uint8Array, Record<string, string>, number, string]>([
    ['a digest of other bytes', lines(1), { 'content-digest': digest('other') }, 400, 'digest_mismatch'],
    [
      'another digest of other bytes',
      lines(1),
      { 'content-digest': digest('other', 'sha512') },
      400,
      'digest_mismatch',
    ],
    [
      'a digest of what is packed',
      packed,
      { ...gzip, 'content-digest': digest(lines(1, 2, 3)) },
      400,
      'digest_mismatch',
    ],
    ['a digest that is none', lines(1), { 'content-digest': 'sha-256=abc' }, 400, 'digest_malformed'],
    ['a digest that proves nothing', lines(1), { 'content-digest': 'md5=:aaaa:' }, 400, 'digest_unsupported'],
    ['gzip that broke off', packed.subarray(0, -20), gzip, 400, 'gzip_truncated'],
    ['gzip that is damaged', packed.map((byte, i) => (i === 60 ? byte ^ 255 : byte)), gzip, 400, 'gzip_broken'],
    ['gzip with more behind it', concat(packed, utf8('more')), gzip, 400, 'gzip_broken'],
    ['gzip that is none', lines(1), gzip, 400, 'gzip_broken'],
    ['a bomb', new Uint8Array(gzipSync(new Uint8Array(40 * 1024 ** 2).fill(0x20))), gzip, 413, 'unpacked_too_large'],
    ['another packing', lines(1), { 'content-encoding': 'br' }, 415, 'encoding_unsupported'],
    ['another kind of body', lines(1), { 'content-type': 'text/csv' }, 415, 'content_type_unsupported'],
    ['another charset', lines(1), { 'content-type': 'application/json; charset=latin1' }, 415, 'charset_unsupported'],
    ['nothing', '', {}, 400, 'batch_empty'],
    ['blank lines', '\n \n\n', {}, 400, 'batch_empty'],
    ['an empty array', '[]', {}, 400, 'batch_empty'],
    ['an object that says it is JSON', '{\n"a": 1\n}', { 'content-type': 'application/json' }, 400, 'not_an_array'],
    ['an array that breaks off', '[{}, {}', {}, 400, 'array_truncated'],
    ['an array with more behind it', '[{}] {}', {}, 400, 'array_broken'],
    ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x7b, 0, 0x7d, 0), {}, 400, 'not_utf8'],
    ['a key that is none', lines(1), { 'idempotency-key': 'k'.repeat(256) }, 400, 'idempotency_key_malformed'],
  ])('%s', async (_, body, headers, status, code) => {
    const key = { 'idempotency-key': 'the-key' }
    const response = await push(body, { ...key, ...headers })
    const { detail } = (await response.clone().json()) as { detail: string }
    expect(await refusal(response)).toEqual([status, code])
    expect(detail).toMatch(/send|is 1 to 255|is sha-256/)
    expect(await noBatch()).toBe(true)
    expect((await push(lines(7), key)).status).toBe(202)
  })
  test('a body of more than a body may be, before it is read', async () => {
    const response = await push(lines(1), { 'content-length': String(200 * 1024 ** 2) })
    expect(await refusal(response)).toEqual([413, 'body_too_large'])
  })
  test('pieces of a batch that was broken are taken away', async () => {
    const many = Array.from({ length: 3_000 }, (_, i) => JSON.stringify(night(i, people))).join('\n')
    const cut = new Uint8Array(gzipSync(many)).subarray(0, -30)
    expect((await push(cut, gzip)).status).toBe(400)
    const left = async () =>
      (await house.RAW.list({ prefix: 'supply/' })).objects.filter(({ key }) => key.includes(lab.supplier_id))
    await expect.poll(left).toEqual([])
  })
  test.each<[string, () => Promise<unknown>]>([
    ['was taken for dead', () => lab.ask('POST', '/v2/supplier/clock', { advance_seconds: 180 })],
    [
      'was cancelled',
      async () => {
        const { batches } = await answered<{ batches: BatchView[] }>(await lab.ask('GET', '/v2/supplier/batches'))
        await answered(await lab.ask('DELETE', `/v2/supplier/batches/${batches[0]!.batch_id}`))
      },
    ],
  ])('what comes of a batch after it %s is taken away too', async (_, ends) => {
    const many = new TextEncoder().encode(
      Array.from({ length: 6_000 }, (_, i) => JSON.stringify(night(i, people))).join('\n'),
    )
    const halves = [many.subarray(0, many.length / 2), many.subarray(many.length / 2)]
    const left = async () =>
      (await house.RAW.list({ prefix: 'supply/' })).objects.filter(({ key }) => key.includes(lab.supplier_id)).length
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(stream) {
          const half = halves.shift()
          if (!half) return stream.close()
          if (halves.length === 0) {
            await expect.poll(left).toBeGreaterThan(0)
            await ends()
            await expect.poll(left).toBe(0)
          }
          stream.enqueue(half)
        },
      },
      { highWaterMark: 0 },
    )
    expect(await refusal(await push(body))).toEqual([409, 'batch_gone'])
    await expect.poll(left).toBe(0)
  })
})

describe('who may not push', () => {
  test('a token of nobody, or without the scope or the type', async () => {
    const send = (token: string) =>
      call(`${DOOR}/batches`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, ...NDJSON },
        body: lines(1),
      })
    expect(await refusal(await send('abc'))).toEqual([401, 'token_invalid'])
    const narrow = async (scope: string) => {
      const made = await answered<{ client_id: string; client_secret: string }>(
        await lab.ask('POST', '/v2/supplier/credentials', { name: 'narrow', environment: 'sandbox', scopes: [scope] }),
      )
      return (await signedIn(call, made)).token
    }
    expect(await refusal(await send(await narrow('batches:read')))).toEqual([403, 'scope_missing'])
    expect(await refusal(await send(await narrow('ingest:write:daily')))).toEqual([403, 'scope_missing'])
    expect((await send(await narrow('ingest:write:sleep'))).status).toBe(202)
  })
  test('a contract that is not there, is named by no one version, or is over', async () => {
    const at = (named: string) => lab.ask('POST', `/v2/ingest/${named}/batches`, lines(1), NDJSON)
    expect(await refusal(await at('unknown'))).toEqual([404, 'contract_not_found'])
    expect(await refusal(await at('sleep-nights@7'))).toEqual([404, 'contract_not_found'])
    await newContract(lab, { document: { ...NIGHTS, version: '2.0' } })
    expect(await refusal(await at('sleep-nights'))).toEqual([409, 'contract_ambiguous'])
    expect((await at('sleep-nights@2')).status).toBe(202)
    await newContract(lab, { state: 'retired', document: { ...NIGHTS, version: '3.0' } })
    expect(await refusal(await at('sleep-nights@3.0'))).toEqual([410, 'contract_retired'])
  })
})

describe('records that are pushed while their sender waits', () => {
  const send = (body: unknown, headers: Record<string, string> = {}) =>
    lab.ask('POST', `${DOOR}/records`, body, headers)
  test('are told one by one, whether they come alone, in an array or line by line', async () => {
    const alone = await answered(await send(JSON.stringify(night(1, people), null, 2)))
    expect(alone).toMatchObject({ contract: 'sleep-nights@1.0', records: [{ line: 1, outcome: 'accepted' }] })
    expect(await answered(await send([night(1, people), {}]))).toMatchObject({
      records: [
        { line: 1, outcome: 'duplicate' },
        { line: 2, outcome: 'rejected' },
      ],
    })
    expect(await answered(await send(lines(2, 3), NDJSON))).toMatchObject({
      records: [{ outcome: 'accepted' }, { outcome: 'accepted' }],
    })
  })
  test('are a batch of their own, done when they are answered', async () => {
    const { batch_id } = await answered<BatchView>(await send(night(1, people)))
    const batch = await lab.ask('GET', `/v2/supplier/batches/${batch_id}`)
    expect(await answered(batch)).toMatchObject({ kind: 'records', state: 'done', records: 1, counts: { accepted: 1 } })
  })
  test('that come again with their key are answered as the first time', async () => {
    const key = { 'idempotency-key': 'one' }
    const first = await answered(await send([night(1, people), {}], key))
    const again = await send([night(1, people), {}], key)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(await answered(again)).toEqual(first)
    expect(await refusal(await send([night(2, people)], key))).toEqual([409, 'idempotency_key_reused'])
  })
  test('are held where they become more than goes through one call', async () => {
    const samples = { list: 'samples', each: { timestamp: { time: { path: 't', style: 's' } }, bpm: { path: 'b' } } }
    const [rule] = NIGHTS.mapping.rules
    const fields = { 'heart_rate_data.detailed.hr_samples': samples }
    const rules = Array.from({ length: 20 }, () => ({ ...rule, fields }))
    await newContract(lab, {
      document: { ...NIGHTS, name: 'many', schema: { type: 'object' }, mapping: { rules } },
    })
    const samplesOf = (count: number) => Array.from({ length: count }, (_, i) => ({ t: 1_780_000_000 + i, b: 60 }))
    const answer = await lab.ask('POST', '/v2/ingest/many/records', [
      { ...night(1, people), samples: samplesOf(40_000) },
      { ...night(2, people), samples: samplesOf(10) },
    ])
    expect(await answered(answer)).toMatchObject({
      records: [
        { line: 1, outcome: 'quarantined', problems: [{ rule: 'mapping', expected: 'one that becomes at most 8 MB' }] },
        { line: 2, outcome: 'accepted' },
      ],
    })
  })
  test('are few and small', async () => {
    const many = Array.from({ length: 101 }, (_, i) => night(i, people))
    expect(await refusal(await send(many))).toEqual([413, 'too_many_records'])
    expect(await refusal(await send({ night: 'x'.repeat(1024 ** 2) }))).toEqual([413, 'body_too_large'])
    expect(await refusal(await send('', NDJSON))).toEqual([400, 'batch_empty'])
  })
})
