import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { brokenNight, night } from './nights.ts'

/** A push as it goes out: whatever could be wrong with one. */
export interface MutatedPush {
  /** What was done to it, for who reads a failure. */
  how: string
  contract: string
  query: string
  headers: Record<string, string>
  body: Uint8Array<ArrayBuffer>
  /** Its records, where the mutation leaves no doubt how many there are. */
  records: number | undefined
}

/** Numbers that are the same for a seed. */
export class Chance {
  private state: number
  constructor(seed: number) {
    this.state = (seed % 2_147_483_646) + 1
  }
  below(most: number): number {
    this.state = (this.state * 48_271) % 2_147_483_647
    return this.state % most
  }
  one<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!
  }
  happens(outOf: number): boolean {
    return this.below(outOf) === 0
  }
}

const OPTIONS = { people: 5, samples: 1, series: 'fuzz' }
const CONTRACTS = [
  ...['sleep-nights', 'sleep-nights@1', 'sleep-nights@2.0', 'sleep-nights@', 'no-such', '%00', '%2e%2e', 'a@1.0.0'],
]

export function mutatedPush(seed: number): MutatedPush {
  const chance = new Chance(seed)
  const how: string[] = []
  const count = 1 + chance.below(6)
  const first = chance.below(2_000)
  let lines = Array.from({ length: count }, (_, i) =>
    chance.happens(4) ? brokenNight(first + i, OPTIONS).text : JSON.stringify(night(first + i, OPTIONS)),
  )
  if (!chance.happens(3)) lines = lines.map((line, i) => (i === 0 ? mutatedLine(line, chance, how) : line))
  const asArray = chance.happens(4)
  const text = asArray ? `[${lines.join(',')}]` : joined(lines, chance, how)
  let bytes = encoded(text, chance, how)
  let records = asArray || how.some((one) => UNCOUNTED.has(one)) ? undefined : countOf(text)
  if (chance.happens(3)) {
    bytes = mutatedBytes(bytes, chance, how)
    records = undefined
  }
  const headers: Record<string, string> = {
    'content-type': asArray ? 'application/json' : 'application/x-ndjson',
  }
  if (chance.happens(2)) {
    bytes = gzipSync(bytes)
    headers['content-encoding'] = 'gzip'
    if (chance.happens(3)) {
      bytes = mutatedBytes(bytes, chance, how)
      records = undefined
    }
  }
  const body = new Uint8Array(bytes)
  if (chance.happens(2)) headers['content-digest'] = digestOf(body)
  if (chance.happens(3)) mutateHeaders(headers, chance, how)
  const query = chance.happens(4)
    ? chance.one(['?mode=strict', '?mode=loose', '?origin=backfill', '?dry_run=true'])
    : ''
  const contract = chance.happens(20) ? chance.one(CONTRACTS) : 'sleep-nights@1.0'
  return { how: [...how, query, contract].join(' '), contract, query, headers, body, records }
}

const UNCOUNTED = new Set(['utf-16', 'raw line break', 'array within'])
/** One record a line; blank lines are none. */
const countOf = (text: string) => text.split(/\n/).filter((line) => /[^\s\ufeff]/.test(line)).length

function mutatedLine(line: string, chance: Chance, how: string[]): string {
  const way = chance.one(Object.keys(LINES))
  how.push(way)
  return LINES[way]!(line, chance)
}
const value = (line: string, chance: Chance, text: string) => {
  const places = [...line.matchAll(/:("[^"]*"|\d+)/g)]
  const place = places[chance.below(places.length)]
  return place ? line.slice(0, place.index + 1) + text + line.slice(place.index + place[0].length) : line
}
const LINES: Record<string, (line: string, chance: Chance) => string> = {
  'cut line': (line, chance) => line.slice(0, 1 + chance.below(line.length)),
  'odd value': (line, chance) =>
    value(
      line,
      chance,
      chance.one(['null', '[]', '{}', 'true', '-0', '1e400', '1e-400', '12345678901234567890', '""']),
    ),
  'not JSON': (line, chance) =>
    value(line, chance, chance.one(['NaN', 'undefined', "'x'", '0x1', '01', '1.', '.5', '+1'])),
  'odd text': (line, chance) =>
    value(
      line,
      chance,
      chance.one(['"\\ud800"', '"\\u0000"', '"\u2028"', `"${'x'.repeat(5_000)}"`, '"\\q"', '"\t"', '"😀"']),
    ),
  deep: (line, chance) => value(line, chance, '['.repeat(70 + chance.below(2_000)) + ']'.repeat(chance.below(80))),
  'same key twice': (line, chance) => line.replace('{', `{"night":${chance.one(['1', '"a"', '{"night":1}'])},`),
  'prototype key': (line, chance) => line.replace('{', `{"${chance.one(['__proto__', 'constructor', ''])}":{"a":1},`),
  'not an object': (_, chance) => chance.one(['1', '"x"', 'null', 'true', '{}', '{"person":{"a":1}}']),
  'array within': () => '[1,2,[3]]',
  'odd time': (line, chance) =>
    line.replace(
      /"start":"[^"]*"/,
      `"start":"${chance.one(['2024-02-30T00:00:00Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:60Z', '2024-01-01', 'yesterday', '2024-01-01T24:00:00+99:00'])}"`,
    ),
  'end before start': (line) => line.replace(/"end":"[^"]*"/, '"end":"2001-01-01T00:00:00Z"'),
  'raw line break': (line) => line.replace('{', '{\n'),
  nothing: () => '',
}

function joined(lines: string[], chance: Chance, how: string[]): string {
  const end = chance.one(['\n', '\n', '\n', '\r\n', '\n\n', ' \n\t\n'])
  if (end !== '\n') how.push(`line ends ${JSON.stringify(end)}`)
  return lines.join(end) + chance.one(['', end])
}
function encoded(text: string, chance: Chance, how: string[]): Uint8Array<ArrayBuffer> {
  const way = chance.below(20)
  if (way === 0) {
    how.push('utf-16')
    return new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le'))
  }
  if (way === 1) {
    how.push('byte order mark')
    return new Uint8Array(Buffer.from(`\ufeff${text}`))
  }
  return new Uint8Array(Buffer.from(text))
}

function mutatedBytes(bytes: Uint8Array<ArrayBuffer>, chance: Chance, how: string[]): Uint8Array<ArrayBuffer> {
  const at = chance.below(bytes.length + 1)
  const way = chance.one(['flipped', 'cut', 'doubled', 'put in', 'taken out', 'zeros'])
  how.push(`bytes ${way} at ${at}`)
  const [head, tail] = [bytes.slice(0, at), bytes.slice(at)]
  const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))
  if (way === 'cut') return head
  if (way === 'doubled') return join(bytes, bytes)
  if (way === 'put in') return join(head, Uint8Array.of(chance.below(256)), tail)
  if (way === 'taken out') return join(head, tail.slice(1 + chance.below(8)))
  if (way === 'zeros') return join(head, new Uint8Array(1 + chance.below(9)), tail)
  const flipped = bytes.slice()
  if (at < flipped.length) flipped[at]! ^= 1 << chance.below(8)
  return flipped
}

function mutateHeaders(headers: Record<string, string>, chance: Chance, how: string[]): void {
  const [name, text] = chance.one<[string, string]>([
    ['content-type', 'text/html'],
    ['content-type', 'application/json; charset=utf-16'],
    ['content-type', 'application/json'],
    ['content-encoding', 'br'],
    ['content-encoding', 'gzip'],
    ['content-encoding', 'gzip, gzip'],
    ['content-digest', 'sha-256=:AAAA:'],
    ['content-digest', 'nonsense'],
    ['content-digest', 'md5=:1B2M2Y8AsgTpgAmY7PhCfg==:'],
    ['idempotency-key', 'the same for many'],
    ['idempotency-key', 'x'.repeat(300)],
    ['accept', 'text/html'],
    ['fascia-unknown', 'x'],
  ])
  headers[name] = text
  how.push(`${name}: ${text.slice(0, 40)}`)
}
const digestOf = (bytes: Uint8Array) => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`
