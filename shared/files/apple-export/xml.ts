import { SaxesParser } from 'saxes'

/** Attributes of an element. */
export type Attributes = Record<string, string>
export interface Elements {
  open: (name: string, attributes: Attributes, depth: number) => void
  close: (name: string, depth: number) => void
  /** Text within elements, where it matters. */
  text?: (text: string) => void
}
/** Of one tag, comment or document type: longer is no export, and would be held in memory whole. */
const MOST_WITHOUT_ELEMENT = 4 * 1024 * 1024

/**
 * XML as it comes, in constant memory. Stops at the first thing that is not XML: what came before has been told, and
 * `damage` says where it was. Entities that a document defines itself are not known, so that none can unfold.
 */
export class XmlStream {
  damage: string | undefined
  readonly #parser = new SaxesParser<{ xmlns: false }>({ xmlns: false })
  readonly #decoder = new TextDecoder()
  #since = 0
  #depth = 0

  constructor(elements: Elements) {
    this.#parser.on('opentag', ({ name, attributes }) => {
      this.#since = 0
      this.#depth++
      elements.open(name, attributes as Attributes, this.#depth)
    })
    this.#parser.on('closetag', ({ name }) => {
      elements.close(name, this.#depth)
      this.#depth--
    })
    if (elements.text) this.#parser.on('text', elements.text)
    // The message may repeat what stands in the document: only where it was is told.
    this.#parser.on('error', () => {
      this.#broken('it is not XML')
      throw new Broken()
    })
  }

  write(bytes: Uint8Array): void {
    if (this.damage !== undefined) return
    this.#since += bytes.length
    this.#parse(() => this.#parser.write(this.#decoder.decode(bytes, { stream: true })))
    if (this.#since > MOST_WITHOUT_ELEMENT + bytes.length) this.#broken('there is no element in too long a stretch')
  }
  close(): void {
    if (this.damage !== undefined) return
    this.#parse(() => this.#parser.write(this.#decoder.decode()).close())
  }
  /** The parser would go on after an error, and guess. */
  #parse(go: () => void): void {
    try {
      go()
    } catch (error) {
      if (!(error instanceof Broken)) throw error
    }
  }
  /** Ends reading, without anything being wrong. */
  stop(): void {
    this.damage = ''
  }
  #broken(what: string): void {
    const { line, column } = this.#parser
    this.damage ??= `line ${line}, column ${column}: ${what}; what stands before it was read`
  }
}
class Broken extends Error {}
