import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, text, utf8 } from '../../shared/base/bytes.ts'
import { Fault } from '../../shared/base/fault.ts'
import { type BodyForm, frame } from '../../shared/supply/framer.ts'

async function* cut(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
async function framed(body: Uint8Array | string, size = 1_000_000, form: BodyForm = 'any', most = 1_000) {
  const found: string[] = []
  const bytes = typeof body === 'string' ? utf8(body) : body
  for await (const records of frame(cut(bytes, size), form, most))
    for (const one of records) found.push(typeof one === 'string' ? `!${one}` : text(one))
  return found
}
const reasonOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error) => (error instanceof Fault ? `${error.status} ${error.reason}` : String(error)),
  )
/** The same however the bytes are cut. */
async function everyCut(body: Uint8Array | string, form: BodyForm = 'any') {
  const whole = await framed(body, 1_000_000, form)
  for (const size of [1, 2, 3, 7]) expect(await framed(body, size, form), `cut at ${size}`).toEqual(whole)
  return whole
}

describe('lines', () => {
  test('each line that is not blank is a record, however it ends', async () => {
    expect(await everyCut('{"a":1}\r\n\n  \n{"b":2}\n{"c":3}')).toEqual(['{"a":1}', '{"b":2}', '{"c":3}'])
  })
  test('a byte order mark and white space before the first record are not part of it', async () => {
    expect(await everyCut(concat(Uint8Array.of(0xef, 0xbb, 0xbf), utf8('\n \n{"a":1}\n')))).toEqual(['{"a":1}'])
  })
  test('a line that is too long is told, and the next one is a record again', async () => {
    expect(await everyCut(`{"a":1}\n"${'x'.repeat(5_000)}"\n{"b":2}`)).toEqual(['{"a":1}', '!too_long', '{"b":2}'])
  })
  test('a line in another encoding is told, and the others are records', async () => {
    const latin = Uint8Array.of(0x22, 0xe9, 0x22, 0x0a)
    expect(await everyCut(concat(utf8('"é"\n'), latin, utf8('"ü"\n')))).toEqual(['"é"', '!encoding', '"ü"'])
  })
  test('a line that begins with the mark of faults is no JSON', async () => {
    expect(await everyCut('{}\n\u0001too_long\n{}')).toEqual(['{}', '!json', '{}'])
  })
  test('a broken line spoils only itself', async () => {
    expect(await everyCut('{"a":\n}}]]\n{"b":2}')).toEqual(['{"a":', '}}]]', '{"b":2}'])
  })
  test('a body of nothing has no records', async () => {
    for (const body of ['', ' ', '\n\n\n\n\n\n\n', '\ufeff']) expect(await everyCut(body)).toEqual([])
  })
})

describe('an array', () => {
  test('its elements are records, on one line each', async () => {
    const body = '[\n  {\n "a": [1, {"b": "x]},\\" {["}]\n },\r\n 2 , "three"\n]\n'
    expect(await everyCut(body, 'document')).toEqual(['{  "a": [1, {"b": "x]},\\" {["}]  }', '2', '"three"'])
  })
  test('an empty one has none, and a comma has an element on either side', async () => {
    expect(await everyCut('[]')).toEqual([])
    expect(await everyCut(' [ \n ] ')).toEqual([])
    expect(await everyCut('[{},]')).toEqual(['{}', '!json'])
    expect(await everyCut('[,{}]')).toEqual(['!json', '{}'])
  })
  test('an element that is too long is told, and the next one is a record again', async () => {
    expect(await everyCut(`[1,{"a":["${'x'.repeat(5_000)}"]},2]`)).toEqual(['1', '!too_long', '2'])
  })
  test('an element whose brackets do not match spoils only itself', async () => {
    expect(await everyCut('[{"a":1],{"b":2}]')).toEqual(['{"a":1]', '{"b":2}'])
  })
  test('a string that is broken over lines does not become one that is not', async () => {
    expect(await everyCut('[{"a":"x\ny"},{"b":2}]')).toEqual(['!json', '{"b":2}'])
  })
  test('ten thousand levels are no deeper than one', async () => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
    expect(await framed(`[${deep},1]`, 100, 'any', 30_000)).toEqual([deep, '1'])
    expect(await framed(`[${deep},1]`, 100)).toEqual(['!too_long', '1'])
  })
  test.each([
    ['[{"a":1},{"b"', '400 array_truncated'],
    ['[{"a":1}', '400 array_truncated'],
    ['["abc, {}]', '400 array_truncated'],
    ['[', '400 array_truncated'],
    ['[1}]', '400 array_broken'],
    ['[1] [2]', '400 array_broken'],
  ])('%s is refused as a whole: where the next record begins is not known', async (body, reason) => {
    for (const size of [1, 100]) expect(await reasonOf(framed(body, size))).toBe(reason)
  })
})

test('a document that is no array is refused, for its lines would be no records', async () => {
  expect(await reasonOf(framed('{\n "a": 1\n}', 3, 'document'))).toBe('400 not_an_array')
})

test('UTF-16 is refused as a whole', async () => {
  const wide = (...mark: number[]) => Uint8Array.of(...mark, 0x7b, 0x00, 0x7d, 0x00)
  for (const body of [wide(0xff, 0xfe), wide(0xfe, 0xff), wide()])
    for (const size of [1, 100]) expect(await reasonOf(framed(body, size))).toBe('400 not_utf8')
})

test('what JSON.stringify writes is read as it is, as lines and as an array, however it is cut', async () => {
  const records = fc.array(fc.jsonValue({ maxDepth: 5 }), { minLength: 1, maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(records, fc.integer({ min: 1, max: 50 }), fc.boolean(), async (values, size, pretty) => {
      const texts = values.map((value) => JSON.stringify(value))
      // A first line that is an array is an array's beginning.
      const lines = ['{}', ...texts]
      expect(await framed(lines.join('\n'), size, 'any', 1e6)).toEqual(lines)
      const array = await framed(JSON.stringify(values, null, pretty ? 2 : 0), size, 'document', 1e6)
      expect(array.map((one) => JSON.parse(one))).toEqual(JSON.parse(JSON.stringify(values)))
    }),
    { numRuns: 300 },
  )
})

test('of a body of any bytes each record is counted, or the body is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, array) => {
      const body = array ? concat(utf8('['), bytes) : concat(utf8('{}  \n'), bytes)
      const [one, other] = await Promise.all(
        [1, 64].map((size) => framed(body, size, 'any', 50).catch((error) => (error as Fault).reason)),
      )
      expect(one).toEqual(other)
      if (!array) {
        const lines = text(body)
          .split('\n')
          .filter((line) => line.replace(/[ \t\r]/g, '') !== '')
        expect(one).toHaveLength(lines.length)
      }
    }),
    { numRuns: 1_000 },
  )
})
