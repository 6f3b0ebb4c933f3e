import { parseJson } from '../../source/big-numbers.ts'
import { type DecodedPage, FileRefused, gathered } from '../../source/file.ts'
import { jsonErrorAt, position } from '../../source/malformed.ts'

export type Json = Record<string, unknown>

/** Lines of a page: a page is a payload, and some thousand small items make one. */
const LINES = 500

/** Pages of a JSON document, or of one document a line (NDJSON), which is read as a stream. */
export const jsonPages = (make: (found: Json[]) => DecodedPage[], none: string) => {
  const decode = (bytes: Uint8Array): DecodedPage[] => {
    const pages = make(parsed(textOf(bytes)))
    if (pages.length === 0) throw new FileRefused(none)
    return pages
  }
  return {
    decode,
    read: async function* (stream: ReadableStream<Uint8Array>) {
      const [first, rest] = await firstLine(stream)
      if (first === undefined) {
        for (const { resource, page } of decode(await gathered(rest))) yield { resource, body: JSON.stringify(page) }
        return
      }
      let any = false
      for await (const lines of byLines(rest)) {
        for (const { resource, page } of make(lines)) {
          any = true
          yield { resource, body: JSON.stringify(page) }
        }
      }
      if (!any) throw new FileRefused(none)
    },
  }
}

function textOf(bytes: Uint8Array): string {
  if (bytes.length === 0) throw new FileRefused('the file is empty')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    throw new FileRefused('the file is not UTF-8')
  }
}
function parsed(text: string): Json[] {
  try {
    return [parseJson(text)].flat()
  } catch {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    if (lines.length > 1 && isJson(lines[0]!)) return lines.map((line, i) => lineOf(line, i + 1))
    throw new FileRefused(`the file is not JSON from ${position(text, jsonErrorAt(text))} on`)
  }
}
function lineOf(line: string, number: number): Json {
  try {
    return parseJson(line)
  } catch {
    throw new FileRefused(`line ${number} is not JSON from column ${jsonErrorAt(line) + 1} on`)
  }
}
function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object'
  } catch {
    return false
  }
}

/** The first line where it is a document of its own and another follows; and all of the stream again. */
async function firstLine(
  stream: ReadableStream<Uint8Array>,
): Promise<[string | undefined, ReadableStream<Uint8Array>]> {
  const reader = stream.getReader()
  const seen: Uint8Array[] = []
  let text = ''
  const decoder = new TextDecoder()
  while (!text.includes('\n') && text.length < FIRST_LINE) {
    const { done, value } = await reader.read()
    if (done) break
    seen.push(value)
    text += decoder.decode(value, { stream: true })
  }
  const again = new ReadableStream<Uint8Array>({
    pull: async (to) => {
      const next = seen.shift()
      if (next) return to.enqueue(next)
      const { done, value } = await reader.read()
      if (done) to.close()
      else to.enqueue(value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
  const line = text.slice(0, text.indexOf('\n') + 1)
  return [line.trim() !== '' && isJson(line) && text.slice(line.length).trim() !== '' ? line : undefined, again]
}
const FIRST_LINE = 4 * 1024 * 1024

async function* byLines(stream: ReadableStream<Uint8Array>): AsyncIterable<Json[]> {
  const decoder = new TextDecoder()
  let [text, number] = ['', 0]
  let lines: Json[] = []
  for await (const chunk of stream) {
    const parts = (text + decoder.decode(chunk, { stream: true })).split('\n')
    text = parts.pop()!
    for (const line of parts) {
      number++
      if (line.trim() !== '') lines.push(lineOf(line, number))
      if (lines.length < LINES) continue
      yield lines
      lines = []
    }
    if (text.length > FIRST_LINE)
      throw new FileRefused(`line ${number + 1} is longer than ${FIRST_LINE / 1024 ** 2} MB`)
  }
  if (text.trim() !== '') lines.push(lineOf(text, number + 1))
  if (lines.length > 0) yield lines
}
