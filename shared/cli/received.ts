import { createReadStream } from 'node:fs'

/** One delivery, as a receiver logged it. */
export interface Received {
  user_id: string
  seq: number
  prev_seq: number | undefined
  /** Its ordering timestamp, ms, where it was logged. */
  at: number | undefined
}

/** The lines of a receiver's log: NDJSON, or CSV with a head (as a database exports its `events` table). */
export async function* readReceived(path: string): AsyncGenerator<Received> {
  let names: string[] | undefined
  for await (const row of rows(createReadStream(path, { encoding: 'utf8' }))) {
    const where = `${path}, line ${row.line}`
    if (row.text.trim() === '') continue
    if (names === undefined && row.text.trimStart().startsWith('{')) names = []
    if (names?.length === 0) yield received(parsed(row.text, where), where)
    else if (names === undefined) names = cells(row.text).map((name) => name.trim().toLowerCase())
    else yield received(Object.fromEntries(cells(row.text).map((cell, i) => [names![i] ?? '', cell])), where)
  }
}

/** Lines; a line end inside quotes of a CSV cell does not end one. Lines that begin with a brace are JSON. */
async function* rows(chunks: AsyncIterable<string>): AsyncGenerator<{ text: string; line: number }> {
  let line = 1
  let begun = 1
  let text = ''
  let quoted = false
  for await (const chunk of chunks) {
    const parts = chunk.split('\n')
    for (const [i, part] of parts.entries()) {
      if (i > 0) {
        line++
        if (quoted) text += '\n'
        else {
          yield { text: text.replace(/\r$/, ''), line: begun }
          text = ''
          begun = line
        }
      }
      const json = (text + part).trimStart().startsWith('{')
      if (!json && part.split('"').length % 2 === 0) quoted = !quoted
      text += part
    }
  }
  yield { text: text.replace(/\r$/, ''), line: begun }
}

function parsed(text: string, where: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    throw new Error(`${where}: is not JSON`)
  }
}

/** The cells of a CSV row (RFC 4180). */
function cells(row: string): string[] {
  const found: string[] = []
  for (const [, quoted, plain] of row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
    found.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
  return found
}

function received(fields: Record<string, unknown>, where: string): Received {
  const { user_id } = fields
  if (typeof user_id !== 'string' || user_id === '') throw new Error(`${where}: has no user_id`)
  const seq = whole(fields.seq)
  if (seq === undefined) throw new Error(`${where}: seq is not a whole number`)
  return { user_id, seq, prev_seq: whole(fields.prev_seq), at: time(fields.ordering_timestamp ?? fields.appended_at) }
}
function whole(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return Number.isInteger(number) ? (number as number) : undefined
}
/** Milliseconds, or a time as databases and JSON write it; without a zone it is UTC. */
function time(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value === '') return undefined
  if (/^\d+$/.test(value)) return Number(value)
  const iso = value
    .trim()
    .replace(' ', 'T')
    .replace(/([+-]\d\d)$/, '$1:00')
  const at = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`)
  return Number.isNaN(at) ? undefined : at
}
