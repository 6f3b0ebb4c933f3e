import { text } from '../base/bytes.ts'
import { XmlStream } from '../base/xml.ts'
import { defineFile, FileRefused } from '../source/file.ts'
import { EXPORTED, OMITS } from '../source/healthkit/exported.ts'
import { Archive } from './apple-export/archive.ts'
import { HealthData } from './apple-export/health-data.ts'
import { Pages } from './apple-export/pages.ts'

const ZIP = 'PK\u0003\u0004'

/** What the Health app exports: a zip of `export.xml`, routes and electrocardiograms, or the XML alone. */
export default defineFile({
  slug: 'apple-export',
  name: 'Apple Health export',
  extensions: ['zip', 'xml'],
  mediaTypes: ['application/zip', 'application/xml', 'text/xml'],
  sniff: (head) => {
    const start = text(head)
    return start.startsWith(ZIP)
      ? start.includes('apple_health_export')
      : /<!DOCTYPE HealthData|<HealthData/.test(start)
  },
  read: readExport,
  maps: EXPORTED,
  omits: OMITS,
})

async function* readExport(bytes: ReadableStream<Uint8Array>) {
  const pages = new Pages()
  let reader: Archive | Document | undefined
  for await (const chunk of bytes) {
    if (chunk.length === 0) continue
    reader ??= chunk[0] === ZIP.charCodeAt(0) ? new Archive(pages) : new Document(pages)
    reader.write(chunk)
    yield* pages.take()
  }
  if (!reader?.end()) throw new FileRefused('the file is no export of the Health app: it has no HealthData in it')
  yield* pages.rest()
}

/** `export.xml` by itself: its routes are not there. */
class Document {
  readonly #data: HealthData
  readonly #xml: XmlStream
  readonly #pages: Pages
  constructor(pages: Pages) {
    this.#pages = pages
    this.#data = new HealthData(pages)
    this.#xml = new XmlStream(this.#data)
  }
  write(chunk: Uint8Array): void {
    this.#xml.write(chunk)
    if (this.#data.known === false) throw new FileRefused('the file is no export of the Health app: it is another XML')
  }
  end(): boolean {
    this.#xml.close()
    this.#data.end()
    if (this.#xml.damage) this.#pages.tell(`export.xml, ${this.#xml.damage}`)
    return this.#data.known === true
  }
}
