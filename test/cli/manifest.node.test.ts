import { createHash, createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { main } from '../../shared/cli/main.ts'

const folder = mkdtempSync(join(tmpdir(), 'fascia-manifest-'))
afterAll(() => rmSync(folder, { recursive: true }))
const SECRET = 'whsec_bWFkZSB1cCBmb3IgdGhlIHRlc3RzIG9mIG1hbmlmZXN0cw=='
const [ANNA, BEN] = ['00000001-0000-8000-8000-000000000001', '00000001-0000-8000-8000-000000000002']

/** By what the document says, and not by the product's own means. */
function userOf(user_id: string, seqs: number[]) {
  const digest = (text: string) => BigInt(`0x${createHash('sha256').update(text).digest('hex')}`)
  const sum = seqs.reduce((total, seq) => total + digest(`${user_id}/${seq}`), 0n) % 2n ** 256n
  const hash = sum.toString(16).padStart(64, '0')
  return { user_id, events: seqs.length, first_seq: seqs[0]!, last_seq: seqs.at(-1)!, hash }
}
type User = ReturnType<typeof userOf>
function page(users: User[], more: object = {}, secret = SECRET) {
  const manifest = { destination_id: 'dst_1', date: '2026-07-01', users, complete: true, next: null, ...more }
  const v1 = createHmac('sha256', secret)
    .update(`1782950000.${JSON.stringify(manifest)}`)
    .digest('hex')
  return { manifest, signature: `t=1782950000,v1=${v1}` }
}
const anna = [11, 13, 14, 17, 20]
const ben = [12, 15]
const line = (user_id: string, seqs: number[], i: number, more = {}) =>
  JSON.stringify({ user_id, seq: seqs[i], ...(i > 0 && { prev_seq: seqs[i - 1] }), ...more })
const log = (lines = [...anna.map((_, i) => line(ANNA, anna, i)), ...ben.map((_, i) => line(BEN, ben, i))]) => lines
const without = (...gone: number[]) => log().filter((text) => !gone.includes(JSON.parse(text).seq))

let n = 0
function file(text: string): string {
  const path = join(folder, `file-${++n}`)
  writeFileSync(path, text)
  return path
}
async function verify(received: string[] | string, pages: object[] = [page([userOf(ANNA, anna), userOf(BEN, ben)])]) {
  const out: string[] = []
  const text = typeof received === 'string' ? received : received.join('\n')
  const words = ['manifest', 'verify', file(JSON.stringify({ pages }, null, 2)), '--secret', SECRET, '--json']
  const code = await main([...words, '--received', file(text)], { out: (one) => out.push(one), err: () => undefined })
  return { code, answer: JSON.parse(out.join('\n')) }
}

describe("a receiver's log", () => {
  it('with all of the day is right, in any order and however often something came', async () => {
    const { code, answer } = await verify([...log().reverse(), log()[2]!, ''])
    expect([code, answer]).toEqual([
      0,
      {
        destination_id: 'dst_1',
        date: '2026-07-01',
        complete: true,
        users: 2,
        repeated: 1,
        other_days: 0,
        differences: [],
      },
    ])
  })
  it.each([
    ['in the middle', [14]],
    ['at the beginning', [11]],
    ['at the end', [20]],
    ['twice', [13, 17]],
    ['at both ends', [11, 20]],
    ['two in a row, of which the second is named', [14, 17]],
  ])('that misses something %s says whose, and which', async (_, gone) => {
    const { code, answer } = await verify(without(...gone))
    expect(code).toBe(1)
    expect(answer.differences).toEqual([
      { user_id: ANNA, expected: 5, received: 5 - gone.length, missing: gone, extra: [] },
    ])
  })
  it('that misses more than can be told says so', async () => {
    const { code, answer } = await verify(without(13, 14, 17, 12, 15))
    expect(code).toBe(1)
    expect(
      answer.differences.map(({ user_id, received }: { user_id: string; received: number }) => [user_id, received]),
    ).toEqual([
      [ANNA, 2],
      [BEN, 0],
    ])
  })
  it('with events of other days leaves them out, by their seq or by their time', async () => {
    const others = [JSON.stringify({ user_id: ANNA, seq: 10 }), JSON.stringify({ user_id: ANNA, seq: 21 })]
    expect(await verify([...log(), ...others])).toMatchObject({ code: 0, answer: { other_days: 2, differences: [] } })
    const at = Date.parse('2026-07-01T23:59:59.999Z')
    const timed = anna.map((_, i) => line(ANNA, anna, i, { ordering_timestamp: at }))
    const next = JSON.stringify({ user_id: ANNA, seq: 16, ordering_timestamp: at + 1 })
    const pages = [page([userOf(ANNA, anna)])]
    expect(await verify([...timed, next], pages)).toMatchObject({ code: 0, answer: { other_days: 1, differences: [] } })
  })
  it('with what came without our knowing, and was then replaced, is no loss', async () => {
    const { code, answer } = await verify([...log(), JSON.stringify({ user_id: ANNA, seq: 16, prev_seq: 14 })])
    expect(code).toBe(0)
    expect(answer.differences).toEqual([{ user_id: ANNA, expected: 5, received: 6, missing: [], extra: [16] }])
  })
  it('is read as a database exports it', async () => {
    const head = 'user_id,seq,prev_seq,event_id,event,appended_at'
    const rows = anna.map(
      (seq, i) => `${ANNA},${seq},${anna[i - 1] ?? ''},evt_${seq},"{""a"":\n""b,c""}",2026-07-01 10:00:00.5+00`,
    )
    const pages = [page([userOf(ANNA, anna)])]
    expect(await verify(`${head}\r\n${rows.join('\r\n')}\r\n`, pages)).toMatchObject({
      code: 0,
      answer: { differences: [] },
    })
    rows.splice(2, 1)
    expect((await verify(`${head}\n${rows.join('\n')}`, pages)).answer.differences).toMatchObject([{ missing: [14] }])
  })
  it('that cannot be read is refused with its line', async () => {
    expect((await verify(['{"user_id":"a","seq":1}', '{"user_id":"a"}'])).answer.error).toMatch(
      /line 2: seq is not a whole/,
    )
    expect((await verify(['{"user_id":"a","seq":1}', '{"user'])).answer.error).toMatch(/line 2: is not JSON/)
    expect((await verify('who,seq\nx,1')).answer.error).toMatch(/line 2: has no user_id/)
  })
})

describe('a manifest', () => {
  const [whole] = [page([userOf(ANNA, anna), userOf(BEN, ben)])]
  const tampered = (change: object) => ({ ...whole, manifest: { ...whole!.manifest, ...change } })
  it.each([
    ['a user less', tampered({ users: [userOf(ANNA, anna)] })],
    ['another count', tampered({ users: [{ ...userOf(ANNA, anna), events: 4 }, userOf(BEN, ben)] })],
    ['another day', tampered({ date: '2026-07-02' })],
    ['another secret', page([userOf(ANNA, anna), userOf(BEN, ben)], {}, 'whsec_other')],
    ['no signature', { ...whole, signature: '' }],
  ])('with %s is not believed', async (_, changed) => {
    const { code, answer } = await verify(log(), [changed])
    expect([code, answer.error]).toEqual([1, expect.stringContaining('the signature of page 1 is not by this secret')])
  })
  it('of several pages is one, and none may be missing', async () => {
    const first = page([userOf(ANNA, anna)], { next: 'WzEsMV0' })
    const second = page([userOf(BEN, ben)], { complete: false })
    expect(await verify(log(), [first, second])).toMatchObject({ code: 0, answer: { users: 2, complete: false } })
    expect((await verify(log(), [first])).answer.error).toContain('the last page is missing')
    expect((await verify(log(), [first, page([userOf(BEN, ben)], { date: '2026-07-02' })])).answer.error).toContain(
      'of several manifests',
    )
  })
  it('that is another file is refused', async () => {
    expect((await verify(log(), [{ nothing: 1 }])).answer.error).toContain('is not a signed manifest')
  })
})
