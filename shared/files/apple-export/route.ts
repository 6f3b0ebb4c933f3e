import { XmlStream } from '../../base/xml.ts'
import type { Belonging } from './health-data.ts'
import type { Pages } from './pages.ts'

/** Points of one route: a day and more, one each second. */
const MOST_POINTS = 100_000
interface Point {
  latitude: number
  longitude: number
  altitude?: number
  timestamp?: string
  speed?: number
}

/** A route's file (GPX), whose points become those of its workout. */
export class Route {
  readonly #points: Point[] = []
  #point: Point | undefined
  #leftOut = 0
  #text = ''
  readonly #xml: XmlStream
  constructor() {
    this.#xml = new XmlStream({
      open: (name, { lat, lon }) => {
        this.#text = ''
        if (name === 'trkpt') this.#point = { latitude: Number(lat), longitude: Number(lon) }
      },
      text: (text) => {
        this.#text += text
      },
      close: (name) => this.#close(name),
    })
  }
  #close(name: string): void {
    const point = this.#point
    if (!point) return
    const text = this.#text.trim()
    if (name === 'ele') point.altitude = Number(text)
    else if (name === 'time') point.timestamp = text
    else if (name === 'speed') point.speed = Number(text)
    else if (name === 'trkpt') {
      if (this.#points.length === MOST_POINTS) this.#leftOut++
      else if (point.timestamp !== undefined) this.#points.push(point)
      this.#point = undefined
    }
    this.#text = ''
  }

  write(bytes: Uint8Array): void {
    this.#xml.write(bytes)
  }
  /** `name`: of the file, to say which it was. */
  end(pages: Pages, name: string, workout: Belonging | undefined): void {
    this.#xml.close()
    if (this.#xml.damage) pages.tell(`a route: ${this.#xml.damage}`)
    if (this.#leftOut > 0)
      pages.tell(`a route has more than ${MOST_POINTS} points; ${this.#leftOut} were left out: ${name.slice(0, 100)}`)
    if (this.#points.length === 0) return
    if (workout) pages.put('routes', { routes: [{ ...workout, route: this.#points }] })
    else pages.tell(`a route belongs to no workout of the file: ${name.slice(0, 100)}`)
  }
}
