import { SaxesParser } from 'saxes'
import { utf8 } from './bytes.ts'

/** Attributes of an element. */
export type Attributes = Record<string, string>
export interface Elements {
  open: (name: string, attributes: Attributes, depth: number) => void
  close: (name: string, depth: number) => void
  /** Text within elements, where it matters. */
  text?: (text: string) => void
}
/** Of one tag, comment or document type: longer is no data, and would be held in memory whole. */
const MOST_WITHOUT_ELEMENT = 4 * 1024 * 1024

/**
 * XML as it comes, in constant memory. Stops at the first thing that is not XML: what came before has been told, and
 * `damage` says where it was. Entities that a document defines itself are not known, so that none can unfold.
 */
export class XmlStream {
  damage: string | undefined
  readonly #parser = new SaxesParser<{ xmlns: false }>({ xmlns: false })
  #decoder: TextDecoder | undefined
  #since = 0
  #depth = 0

  constructor(elements: Elements) {
    this.#parser.on('opentag', ({ name, attributes }) => {
      if (this.damage !== undefined) return
      this.#since = 0
      this.#depth++
      elements.open(name, attributes as Attributes, this.#depth)
    })
    this.#parser.on('closetag', ({ name }) => {
      if (this.damage !== undefined) return
      elements.close(name, this.#depth)
      this.#depth--
    })
    if (elements.text) this.#parser.on('text', elements.text)
    // The message may repeat what stands in the document: only where it was is told.
    this.#parser.on('error', () => this.#broken('it is not XML'))
  }

  write(bytes: Uint8Array): void {
    if (this.damage !== undefined) return
    this.#decoder ??= this.#decoderOf(bytes)
    if (!this.#decoder) return
    this.#since += bytes.length
    this.#parser.write(this.#decoder.decode(bytes, { stream: true }))
    if (this.#since > MOST_WITHOUT_ELEMENT + bytes.length) this.#broken('there is no element in too long a stretch')
  }
  close(): void {
    if (this.damage !== undefined) return
    if (this.#decoder) this.#parser.write(this.#decoder.decode())
    this.#parser.close()
  }
  /** Ends reading, without anything being wrong. */
  stop(): void {
    this.damage = ''
  }
  /** By the byte order mark, or by what the document says of itself; UTF-8 where it says nothing. */
  #decoderOf(head: Uint8Array): TextDecoder | undefined {
    if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder('utf-16le')
    if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder('utf-16be')
    const declared = /^\s*<\?xml[^>]*encoding\s*=\s*["']([\w-]+)["']/.exec(headText(head))?.[1]
    try {
      return new TextDecoder(declared)
    } catch {
      this.damage = `the encoding "${declared}" is not one that can be read: save the file as UTF-8`
      return undefined
    }
  }
  #broken(what: string): void {
    const { line, column } = this.#parser
    this.damage ??= `line ${line}, column ${column}: ${what}; what stands before it was read`
  }
}

const MARK = utf8('\ufeff')
/** The beginning of a text file, for a look at what it is. */
export function headText(head: Uint8Array): string {
  const marked = MARK.every((byte, i) => head[i] === byte)
  return new TextDecoder(head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(
    head.subarray(marked ? MARK.length : 0, 4096),
  )
}
/** Whether the first element of a document has this name (without its prefix). */
export function startsWithElement(head: Uint8Array, name: string): boolean {
  const bare = headText(head).replace(/<\?[^>]*\?>|<!--[\s\S]*?-->|<!DOCTYPE[^>]*>/g, '')
  return new RegExp(`^\\s*<(?:[\\w.-]+:)?${name}[\\s>/]`).test(bare)
}
