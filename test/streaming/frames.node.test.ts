import { deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { STREAM } from '../../shared/base/limits.ts'
import { dispatch, readFrame, stamped } from '../../shared/streaming/frames.ts'

const refusedFor = (message: string | ArrayBuffer) => {
  const frame = readFrame(message)
  return frame.op === 'refused' ? `${frame.closing.code} ${frame.closing.reason}` : frame
}
const text = (frame: unknown) => JSON.stringify(frame)

describe('what is not a frame is refused with 1003, and told why', () => {
  const nested = (depth: number) => `{"op":6,"t":"A","d":{"x":${'['.repeat(depth - 2)}${']'.repeat(depth - 2)}}}`
  test.each([
    ['bytes', new ArrayBuffer(4), 'binary frames are not taken; send JSON text'],
    ['half a text', '{"op":', 'the frame is not JSON'],
    ['a list', '[{"op":0}]', 'a frame is a JSON object with an op'],
    ['null', 'null', 'a frame is a JSON object with an op'],
    ['no op', '{}', 'op is missing or not an integer'],
    ['an op in words', '{"op":"0"}', 'op is missing or not an integer'],
    ['too deep', nested(STREAM.depth + 1), `the frame is more than ${STREAM.depth} levels deep`],
    [
      '10,000 levels',
      `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
      `the frame is more than ${STREAM.depth} levels deep`,
    ],
    ['a sample without a type', text({ op: 6, d: {} }), 't, the data type, is missing'],
    ['a sample that is a list', text({ op: 6, t: 'A', d: [] }), 'd, the sample, is missing or not an object'],
    ['a sample with a control character in its type', text({ op: 6, t: 'A\u001e', d: {} }), 't has control characters'],
    ['REPLAY without d', text({ op: 7 }), 'REPLAY needs d with before'],
    ['REPLAY in words', text({ op: 7, d: { before: '9' } }), 'd.before is not a 64-bit integer'],
    ['REPLAY of a fraction', text({ op: 7, d: { before: 1.5 } }), 'd.before is not a 64-bit integer'],
    ['REPLAY beyond 64 bits', text({ op: 7, d: { after: 1e300, before: 1 } }), 'd.after is not a 64-bit integer'],
    [
      'IDENTIFY of another type',
      text({ op: 3, d: { type: 2, token: 'x' } }),
      'd.type is 0 for a producer or 1 for a consumer',
    ],
    ['a batch without a number', text({ op: 9, d: { frames: [] } }), 'd.n is the number of the first frame, from 1'],
    ['an empty batch', text({ op: 9, d: { n: 1, frames: [] } }), 'the frames of a batch are a list of at least one'],
    [
      'a batch with a bad frame',
      text({ op: 9, d: { n: 1, frames: [{ t: 'A', d: {} }, { t: 'A' }] } }),
      'frame 1 of the batch: d, the sample, is missing or not an object',
    ],
  ])('%s', (_, message, reason) => {
    expect(refusedFor(message)).toBe(`1003 ${reason}`)
  })
  test('what is too large', () => {
    expect(refusedFor(text({ op: 6, t: 'A', d: { x: 'x'.repeat(STREAM.frameBytes) } }))).toMatch(
      /^1003 the frame has \d+ bytes; at most 65536/,
    )
    expect(refusedFor('x'.repeat(STREAM.batchBytes + 1))).toMatch(/^1003 the frame has 262145 bytes; at most 262144/)
  })
  test('a batch that unpacks to more than may be', () => {
    const z = deflateRawSync(JSON.stringify([{ t: 'A', d: { x: 'x'.repeat(STREAM.unpackedBytes) } }])).toString(
      'base64',
    )
    expect(refusedFor(text({ op: 9, d: { n: 1, z } }))).toMatch(/^1003 d\.z is not base64 of raw deflate of at most/)
  })
  test('a token that is missing is a bad token', () => {
    expect(refusedFor(text({ op: 3, d: { type: 1 } }))).toBe('4001 d.token is missing')
  })
})

test('a sample is passed on as it was written', () => {
  const frame = readFrame('{"op":6,"t":"ECG","d":{ "big":12345678901234567890,"u":"\\u00e9é😀","e":{},"n":1.0 }}')
  expect(frame).toEqual({
    op: 6,
    samples: [{ t: 'ECG', d: '{ "big":12345678901234567890,"u":"\\u00e9é😀","e":{},"n":1.0 }' }],
  })
})
test('a packed batch is what the plain one is', () => {
  const frames = [1, 2].map((val) => ({ t: 'HEART_RATE', d: { val } }))
  const z = deflateRawSync(JSON.stringify(frames)).toString('base64')
  const expected = { op: 9, n: 4, samples: frames.map(({ t, d }) => ({ t, d: JSON.stringify(d) })) }
  expect(readFrame(text({ op: 9, d: { n: 4, z } }))).toEqual(expected)
  expect(readFrame(text({ op: 9, d: { n: 4, frames } }))).toEqual(expected)
})
test('a malformed STATUS is read as one that says nothing', () => {
  for (const d of [undefined, {}, [], { connected: 'yes' }])
    expect(readFrame(text({ op: 8, d }))).toEqual({ op: 8, status: undefined })
  expect(readFrame(text({ op: 8, d: { connected: true, device_id: 'strap', source: 7 } }))).toMatchObject({
    status: { connected: true, device_id: 'strap', source: undefined },
  })
})
test('the bounds of a REPLAY: none before is nothing, none after is from the start, 64 bits are taken', () => {
  expect(readFrame(text({ op: 7, d: {} }))).toEqual({ op: 7, after: 0, before: 0 })
  expect(readFrame('{"op":7,"d":{"after":-1,"before":9223372036854775807}}')).toEqual({
    op: 7,
    after: -1,
    before: 2 ** 63,
  })
})
test('a sample without a time gets that of its arrival; one that has it keeps it', () => {
  const at = Date.parse('2026-11-27T07:00:01.250Z')
  expect(stamped({ t: 'A', d: '{}' }, at).d).toBe('{"ts":"2026-11-27T07:00:01.250+00:00"}')
  expect(stamped({ t: 'A', d: '{ "val":1 }' }, at).d).toBe('{"ts":"2026-11-27T07:00:01.250+00:00","val":1 }')
  expect(stamped({ t: 'A', d: '{"x":{"ts":1}}' }, at).d).toBe('{"ts":"2026-11-27T07:00:01.250+00:00","x":{"ts":1}}')
  expect(stamped({ t: 'A', d: '{"ts":"then","val":1}' }, at).d).toBe('{"ts":"then","val":1}')
})
test('a dispatch names who, what and its number; and that it is made up, where it is', () => {
  const d = '{"val":1}'
  expect(JSON.parse(dispatch('u', 7, { t: 'A', d }, false))).toEqual({ op: 5, uid: 'u', seq: 7, t: 'A', d: { val: 1 } })
  expect(JSON.parse(dispatch('u', 7, { t: 'A', d }, true))).toMatchObject({ synthetic: true })
})
