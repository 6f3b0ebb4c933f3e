import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { STREAM } from '../../shared/base/limits.ts'
import { OP } from '../../shared/base/op-codes.ts'
import { Settings } from '../../shared/base/settings.ts'
import { CLOSE } from '../../shared/streaming/close-codes.ts'
import { CONSUMER, CORE, PRODUCER } from '../../workers/manual/stream-examples.ts'
import { streamLimits } from '../../workers/manual/stream-limits.ts'
import { size, time } from '../../workers/manual/units.ts'

const text = readFileSync(join(import.meta.dirname, '../../docs/streaming.md'), 'utf8')
const defaults = Settings.pick({
  HEARTBEAT_INTERVAL_MS: true,
  IDENTIFY_TIMEOUT_MS: true,
  STREAM_CONSUMERS: true,
  STREAM_RETENTION_HOURS: true,
  STREAM_RETENTION_BYTES: true,
}).parse({})

describe('docs/streaming.md', () => {
  test('has the examples of the page, which are run', () => {
    const blocks = [...text.matchAll(/```js\n([\s\S]*?)\n```/g)].map(([, code]) => code)
    expect(blocks).toEqual([CONSUMER, PRODUCER, CORE])
  })
  test.each(Object.entries(CLOSE))('explains the close code %s, %i', (_, code) => {
    expect(text).toMatch(new RegExp(`^\\| ${code} \\| [^|]+ \\| [^|]+ \\|$`, 'm'))
  })
  test.each(Object.entries(OP))('shows the frame %s, op %i', (name, op) => {
    const row = text.split('\n').find((line) => new RegExp(`^\\| [\\d, ]*\\b${op}\\b[\\d, ]* \\| `).test(line))
    expect(row).toContain(name)
  })
  test('has every setting of streams with its default', () => {
    const names = Object.keys(Settings.shape).filter((name) => /^STREAM_|^HEARTBEAT|^IDENTIFY/.test(name))
    for (const name of names) {
      const value = Settings.shape[name as keyof typeof Settings.shape].parse(undefined)
      expect(text).toContain(`| \`${name}\` | \`${value}\` |`)
    }
    expect(names.length).toBeGreaterThan(6)
  })
  test('has the limits of the code', () => {
    for (const limit of [
      `${time(STREAM.pairingMs).replace(' h', ' hours')}`,
      `${size(STREAM.frameBytes)}, ${STREAM.depth} levels; \`t\` of 1 to ${STREAM.typeLength} characters`,
      `${STREAM.batchFrames.toLocaleString('en')} samples, ${size(STREAM.batchBytes)} on the wire, ${size(STREAM.unpackedBytes)} unpacked`,
      `${STREAM.filterUsers} users, ${STREAM.filterTypes} types`,
      `${STREAM.socketsPerSession.toLocaleString('en')} sockets`,
      `${size(STREAM.heldBytes)} |`,
      `After ${size(STREAM.unheardBytes)} without a sign of life`,
      `about ${((STREAM.unheardBytes / defaults.HEARTBEAT_INTERVAL_MS) * (1_000 / 1024 ** 2)).toFixed(1)} MB/s sends them oftener than each ${time(defaults.HEARTBEAT_INTERVAL_MS)}`,
    ])
      expect(text).toContain(limit)
  })
})

describe('a limit in words', () => {
  test.each([
    [time, 180_000, '3 min'],
    [time, 28_800_000, '8 h'],
    [time, 90_000, '1.5 min'],
    [time, 300, '300 ms'],
    [size, 65_536, '64 KB'],
    [size, 1024 ** 2, '1 MB'],
    [size, 2 * 1024 ** 3, '2 GB'],
  ] as const)('%o of %i is %s', (words, value, expected) => {
    expect(words(value)).toBe(expected)
  })
  test('is that of the deployment', () => {
    const of = (set: Partial<typeof defaults>) =>
      streamLimits({ ...defaults, ...set }).map(({ what, limit }) => `${what}: ${limit}`)
    expect(of({})).toContain('Consumers of a developer: 10 at once, sockets and events')
    expect(of({ STREAM_CONSUMERS: 3 })).toContain('Consumers of a developer: 3 at once, sockets and events')
    expect(of({ STREAM_RETENTION_HOURS: 0.5 })).toContain('Kept for replay: 30 min, and 2 GB of a developer')
  })
})
