import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { concat, text, utf8 } from '../../shared/base/bytes.ts'
import { Fault } from '../../shared/base/fault.ts'
import { unpacked } from '../../shared/supply/unpack.ts'

const MB = 1024 ** 2
const LIMITS = { unpackedBytes: 8 * MB, ratio: 100, ratioFromBytes: MB }
async function* cut(bytes: Uint8Array, size: number, taken: (bytes: number) => void = () => {}) {
  for (let at = 0; at < bytes.length; at += size) {
    taken(at)
    yield bytes.subarray(at, at + size)
  }
}
async function read(bytes: Uint8Array, gzip = true, size = 1_000) {
  const all: Uint8Array[] = []
  for await (const chunk of unpacked(cut(bytes, size), { gzip, limits: LIMITS })) all.push(chunk)
  return concat(...all)
}
const reasonOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error) => (error instanceof Fault ? `${error.status} ${error.reason}` : String(error)),
  )
const gz = (body: string | Uint8Array) => new Uint8Array(gzipSync(body))
/** Hard to pack, so that what follows is not a bomb. */
const noise = (bytes: number) => {
  let state = 1
  return Uint8Array.from({ length: bytes }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return state >> 16
  })
}

test('a body is unpacked where it is gzip, said or not, of one member or several', async () => {
  for (const gzip of [true, false]) {
    expect(text(await read(gz('hello'), gzip))).toBe('hello')
    expect(text(await read(concat(gz('hello '), gz('world')), gzip, 3))).toBe('hello world')
  }
  expect(text(await read(utf8('plain'), false, 1))).toBe('plain')
  expect(text(await read(new Uint8Array(0), true))).toBe('')
})

test.each([
  ['truncated', gz('hello world hello').subarray(0, 25), '400 gzip_truncated'],
  ['without its check sum', gz('hello').subarray(0, -8), '400 gzip_truncated'],
  [
    'with another check sum',
    gz('hello').map((byte, i, all) => (i === all.length - 6 ? byte ^ 1 : byte)),
    '400 gzip_broken',
  ],
  ['followed by other bytes', concat(gz('hello'), utf8('more')), '400 gzip_broken'],
  ['that is none', utf8('{"a":1}'), '400 gzip_broken'],
])('gzip %s is refused', async (_, body, reason) => {
  for (const size of [1, 1_000]) expect(await reasonOf(read(body, true, size))).toBe(reason)
})

test('what unpacks to more than it may is refused, packed or not', async () => {
  expect(await reasonOf(read(gz(noise(9 * MB)), true, 65_536))).toBe('413 unpacked_too_large')
  expect(await reasonOf(read(noise(9 * MB), false, 65_536))).toBe('413 unpacked_too_large')
  expect((await read(gz(noise(7 * MB)), true, 65_536)).length).toBe(7 * MB)
})

test('a bomb is refused long before it went off', async () => {
  const bomb = gz(new Uint8Array(32 * MB))
  let made = 0
  const reading = async () => {
    for await (const chunk of unpacked(cut(bomb, 4_096), { gzip: true, limits: { ...LIMITS, unpackedBytes: 64 * MB } }))
      made += chunk.length
  }
  expect(await reasonOf(reading())).toBe('413 unpacked_too_large')
  expect(made).toBeLessThan(2 * MB)
})

test('no more is taken of the sender than the reader wants', async () => {
  const body = gz(noise(4 * MB))
  let taken = 0
  const reader = unpacked(
    cut(body, 16_384, (at) => (taken = at)),
    { gzip: true, limits: LIMITS },
  )[Symbol.asyncIterator]()
  await reader.next()
  await reader.next()
  // Whatever could still be under way has come to rest after so many turns.
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setTimeout(resolve))
  expect(taken).toBeLessThan(1.5 * MB)
  await reader.return?.()
})

test('a sender that breaks off is told as it is, and one that is not read on is let go', async () => {
  async function* breaking() {
    yield gz(noise(1_000)).subarray(0, 100)
    throw new Error('connection reset')
  }
  const reading = async () => {
    for await (const _ of unpacked(breaking(), { gzip: true, limits: LIMITS }));
  }
  await expect(reading()).rejects.toThrow('connection reset')
  let ended = false
  async function* sending() {
    try {
      for (;;) yield noise(100_000)
    } finally {
      ended = true
    }
  }
  for await (const _ of unpacked(sending(), { gzip: false, limits: LIMITS })) break
  expect(ended).toBe(true)
})
