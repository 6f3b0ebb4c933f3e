import { Inflate as RawInflate, Unzip, type UnzipFile, UnzipInflate } from 'fflate'
import { XmlStream } from '../../base/xml.ts'
import { Electrocardiogram } from './electrocardiogram.ts'
import { baseName, HealthData } from './health-data.ts'
import type { Pages } from './pages.ts'
import { Route } from './route.ts'

/** Routes that stand before the document that says whose they are are held as they are packed. */
const MOST_HELD_ROUTES = 24 * 1024 * 1024
/** A document unfolds to so many times its packed size; exports to some 25 times. */
const MOST_UNFOLDING = 200
const UNFOLDING_FROM = 64 * 1024 * 1024
/** A route's file: a point each second of a day and more is some 30 MB. Unpacked in pieces, so that no piece is all of it. */
const MOST_ROUTE = 64 * 1024 * 1024
const PIECE = 16 * 1024
const isRoute = (name: string): boolean => /\.gpx$/i.test(name)

/** Deflated files are unpacked as they come, but for routes: these are handed on packed. */
class Inflate extends UnzipInflate {
  readonly #asItIs: boolean
  constructor(name?: string) {
    super()
    this.#asItIs = name !== undefined && isRoute(name)
  }
  override push(chunk: Uint8Array<ArrayBuffer>, final: boolean): void {
    if (this.#asItIs) this.ondata(null, chunk, final)
    else super.push(chunk, final)
  }
}

interface HeldRoute {
  name: string
  packed: Uint8Array[]
  deflated: boolean
}

/** A zip as it comes, in constant memory: files in any order. */
export class Archive {
  readonly #pages: Pages
  readonly #unzip: Unzip
  readonly #routes: HeldRoute[] = []
  #held = 0
  #data: HealthData | undefined
  #finished = false
  #read = 0
  constructor(pages: Pages) {
    this.#pages = pages
    this.#unzip = new Unzip((file) => this.#open(file))
    this.#unzip.register(Inflate as unknown as typeof UnzipInflate)
  }

  write(chunk: Uint8Array): void {
    this.#read += chunk.length
    this.#unzip.push(chunk)
  }
  /** Whether there was an export in it. */
  end(): boolean {
    if (this.#data && !this.#finished) this.#pages.tell('the zip ends within export.xml; what stands before was read')
    this.#data?.end()
    this.#join()
    return this.#data !== undefined
  }

  #open(file: UnzipFile): void {
    if (/\.xml$/i.test(file.name) && !this.#data) this.#document(file)
    else if (isRoute(file.name)) this.#route(file)
    else if (/\.csv$/i.test(file.name)) this.#each(file, new Electrocardiogram(), (reader) => reader.end(this.#pages))
    // Whatever is not read is still to be unpacked, or it would be held.
    else this.#each(file, { write: () => {} }, () => {})
    try {
      file.start()
    } catch {
      this.#pages.tell(`a file is packed in a way that is not known: ${baseName(file.name).slice(0, 100)}`)
    }
  }
  #each<R extends { write: (bytes: Uint8Array) => void }>(file: UnzipFile, reader: R, end: (reader: R) => void): void {
    let ended = false
    file.ondata = (error, bytes, final) => {
      if (ended) return
      if (error) this.#pages.tell(`a file is not packed as it should be: ${baseName(file.name).slice(0, 100)}`)
      else reader.write(bytes)
      ended = error !== null || final
      if (ended) end(reader)
    }
  }

  /** Of all XML files the one whose root says so: its name is in the person's language. */
  #document(file: UnzipFile): void {
    const data = new HealthData(this.#pages)
    const xml = new XmlStream(data)
    let unfolded = 0
    const write = (bytes: Uint8Array) => {
      unfolded += bytes.length
      if (unfolded > UNFOLDING_FROM && unfolded > this.#read * MOST_UNFOLDING && xml.damage === undefined) {
        this.#pages.tell('export.xml unfolds to more than an export does; the rest of it was left out')
        xml.stop()
      }
      xml.write(bytes)
      if (data.known === false) xml.stop()
      else if (data.known) this.#data = data
    }
    this.#each(file, { write }, () => {
      xml.close()
      if (!data.known) return
      this.#finished = true
      data.end()
      if (xml.damage) this.#pages.tell(`export.xml, ${xml.damage}`)
      this.#join()
    })
  }

  #route(file: UnzipFile): void {
    const packed: Uint8Array[] = []
    const route = { name: baseName(file.name), packed, deflated: file.compression !== 0 }
    let tooMuch = false
    const write = (bytes: Uint8Array) => {
      tooMuch ||= this.#held + bytes.length > MOST_HELD_ROUTES
      if (tooMuch) {
        this.#letGo(packed)
        return
      }
      this.#held += bytes.length
      if (bytes.length > 0) packed.push(bytes.slice())
    }
    this.#each(file, { write }, () => {
      if (tooMuch) {
        this.#pages.tell(
          `a route stands so long before its workout that it could not be held: ${route.name.slice(0, 100)}`,
        )
        return
      }
      this.#routes.push(route)
      if (this.#finished) this.#join()
    })
  }
  #letGo(packed: Uint8Array[]): void {
    for (const { length } of packed.splice(0)) this.#held -= length
  }
  /** Gives the routes to their workouts. */
  #join(): void {
    for (const { name, packed, deflated } of this.#routes.splice(0)) {
      const route = new Route()
      const told = name.slice(0, 100)
      try {
        if (!unpacked(packed, deflated, route))
          this.#pages.tell(`a route is longer than any; its end was left out: ${told}`)
        route.end(this.#pages, name, this.#data?.routes.get(name))
      } catch {
        this.#pages.tell(`a route is not packed as it should be: ${told}`)
      }
      this.#letGo(packed)
    }
  }
}

/** false: there is more of it than a route has. Throws where it is not packed as it should be. */
function unpacked(packed: Uint8Array[], deflated: boolean, route: Route): boolean {
  let length = 0
  const write = (bytes: Uint8Array) => {
    length += bytes.length
    if (length <= MOST_ROUTE) route.write(bytes)
  }
  const inflate = new RawInflate(write)
  for (const [i, chunk] of packed.entries())
    for (let at = 0; at < chunk.length && length <= MOST_ROUTE; at += PIECE) {
      const piece = chunk.subarray(at, at + PIECE)
      if (deflated) inflate.push(piece, i === packed.length - 1 && at + PIECE >= chunk.length)
      else write(piece)
    }
  return length <= MOST_ROUTE
}
