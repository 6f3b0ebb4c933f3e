import { type Attributes, XmlStream } from '../base/xml.ts'
import { type DecodedPage, FileRefused } from './file.ts'

/** An element as an object: its attributes and its children by their names without prefix, text where there is only text. */
export type Branch = { [name: string]: Leaf | Leaf[] }
export type Leaf = string | Branch

export interface TreeStyle {
  /** Elements that are lists, however many there are. */
  lists: string[]
  /** Elements that are told as soon as they end, and not kept in what is around them. */
  told: string[]
  tell: (name: string, element: Branch) => void
  /** An element begins: its attributes. */
  begin?: (name: string, attributes: Branch) => void
}

interface Open {
  name: string
  branch: Branch
  text: string
}
/** Deeper than any of these formats goes. */
const DEEPEST = 64

/** Makes trees of a stream: only what is open is held. */
export function xmlTrees({ lists, told, tell, begin }: TreeStyle): XmlStream {
  const stack: Open[] = []
  const root: Branch = {}
  return new XmlStream({
    open: (name, attributes, depth) => {
      if (depth > DEEPEST) throw new FileRefused(`the file has elements more than ${DEEPEST} deep`)
      const branch = attributesOf(attributes)
      begin?.(local(name), branch)
      stack.push({ name: local(name), branch, text: '' })
    },
    text: (text) => {
      const last = stack.at(-1)
      if (last) last.text += text
    },
    close: () => {
      const { name, branch, text } = stack.pop()!
      const within = stack.at(-1)?.branch ?? root
      if (told.includes(name)) {
        tell(name, branch)
        return
      }
      const bare = text.trim()
      const leaf = Object.keys(branch).length === 0 ? bare : bare === '' ? branch : { ...branch, text: bare }
      const known = within[name]
      if (known === undefined) within[name] = lists.includes(name) ? [leaf] : leaf
      else if (Array.isArray(known)) known.push(leaf)
      else within[name] = [known, leaf]
    },
  })
}
const local = (name: string): string => name.slice(name.indexOf(':') + 1)
/** Where names come from is no data. */
function attributesOf(attributes: Attributes): Branch {
  const branch: Branch = {}
  for (const [name, value] of Object.entries(attributes))
    if (!name.startsWith('xmlns') && !name.startsWith('xsi:')) branch[local(name)] = value
  return branch
}

/** Pages of a stream of XML, made by a reader that takes bytes and hands out pages. */
export interface XmlReader {
  stream: XmlStream
  /** Pages that are whole by now. */
  take: () => DecodedPage[]
  /** The rest, when the document has ended. */
  end: () => DecodedPage[]
}
export const xmlPages = (make: () => XmlReader) => ({
  decode: (bytes: Uint8Array): DecodedPage[] => {
    const reader = make()
    reader.stream.write(bytes)
    reader.stream.close()
    return found(reader, [...reader.take(), ...reader.end()])
  },
  read: async function* (bytes: ReadableStream<Uint8Array>) {
    const reader = make()
    let any = false
    for await (const chunk of bytes) {
      reader.stream.write(chunk)
      for (const page of reader.take()) {
        any = true
        yield text(page)
      }
    }
    reader.stream.close()
    for (const page of any ? [...reader.take(), ...reader.end()] : found(reader, [...reader.take(), ...reader.end()]))
      yield text(page)
  },
})
const text = ({ resource, page }: DecodedPage) => ({ resource, body: JSON.stringify(page) })
const found = ({ stream }: XmlReader, pages: DecodedPage[]): DecodedPage[] => {
  if (pages.length === 0) throw new FileRefused(stream.damage || 'the file holds no training')
  return pages
}
