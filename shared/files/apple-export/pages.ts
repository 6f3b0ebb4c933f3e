import type { FilePage } from '../../source/file.ts'
import { dayOf, Held, type HeldReading, type Reading } from './held.ts'

/** Readings of a page, and of all pages that are being filled. */
const PAGE_READINGS = 2000
const OPEN_READINGS = 12_000
/** What is held at most until the file ends: 24 bytes each. */
const MOST_HELD = 1_500_000
/** Nights of one page: a sleep ends when nothing is told for an hour. */
const NIGHT_GAP_MS = 3_600_000
/** A file that is broken in more places is told of by these. */
const MOST_DAMAGE = 100
const SLEEP = 'HKCategoryTypeIdentifierSleepAnalysis'
const BREATHS = 'HKQuantityTypeIdentifierRespiratoryRate'
const isOfNight = ({ kind }: HeldReading): boolean => kind.type === SLEEP || kind.type === BREATHS

/** Collects what the file tells into pages of one local day, or of nights, in bounded memory. */
export class Pages {
  /** What could not be read, told with the last page. */
  readonly #damage: string[] = []
  readonly sources: (object | undefined)[] = []
  readonly held = new Held(this.sources)
  #ready: FilePage[] = []
  readonly #days = new Map<number, Reading[]>()
  #open = 0
  #overflowed = false

  tell(damage: string): void {
    if (this.#damage.length < MOST_DAMAGE) this.#damage.push(damage)
  }
  put(resource: string, data: object): void {
    this.#ready.push(this.#page(resource, data))
  }
  /** A reading that stands for itself: days that were not added to for the longest time are given out first. */
  add(day: number, reading: Reading): void {
    const known = this.#days.get(day)
    const readings = known ?? []
    if (known) this.#days.delete(day)
    this.#days.set(day, readings)
    readings.push(reading)
    this.#open++
    if (readings.length >= PAGE_READINGS) this.#giveOut(day, readings)
    else if (this.#open > OPEN_READINGS) {
      const [oldest, its] = this.#days.entries().next().value!
      this.#giveOut(oldest, its)
    }
  }
  #giveOut(day: number, readings: Reading[]): void {
    this.#days.delete(day)
    this.#open -= readings.length
    this.put('records', { records: readings })
  }

  /** Pages that are whole. */
  *take(): Generator<FilePage> {
    const ready = this.#ready
    this.#ready = []
    yield* ready
    if (this.held.length < MOST_HELD) return
    if (!this.#overflowed)
      this.tell(
        `the file holds more than ${MOST_HELD} readings that are counted by the day: days of which it tells the same again later are counted from what stands there`,
      )
    this.#overflowed = true
    yield* this.#counted()
  }
  /** All others, when the file has ended. */
  *rest(): Generator<FilePage> {
    for (const [day, readings] of [...this.#days]) this.#giveOut(day, readings)
    yield* this.#ready
    this.#ready = []
    yield* this.#counted()
    if (this.#damage.length > 0) yield { resource: 'records', body: JSON.stringify({ data: {}, damage: this.#damage }) }
  }
  *#counted(): Generator<FilePage> {
    const days = this.held.groups((reading) => (isOfNight(reading) ? undefined : dayOf(reading)))
    for (const day of days) yield this.#page('records', { records: this.#readings(day) })
    yield* this.#nights()
    this.held.clear()
  }

  /** Nights are cut where nothing is told: what is held is gone through by halves of days, so that few are made at once. */
  *#nights(): Generator<FilePage> {
    let night: HeldReading[] = []
    let endAt = Number.NEGATIVE_INFINITY
    for (const half of this.held.groups((reading) =>
      isOfNight(reading) ? Math.floor(reading.startAt / 43_200_000) : undefined,
    ))
      for (const reading of half.sort((a, b) => a.startAt - b.startAt)) {
        if (night.length > 0 && reading.startAt > endAt + NIGHT_GAP_MS) {
          yield* this.#night(night)
          night = []
        }
        night.push(reading)
        endAt = Math.max(endAt, reading.startAt + reading.seconds * 1000)
      }
    if (night.length > 0) yield* this.#night(night)
  }
  *#night(readings: HeldReading[]): Generator<FilePage> {
    const [sleep, records] = [SLEEP, BREATHS].map((type) =>
      this.#readings(readings.filter(({ kind }) => kind.type === type)),
    )
    if (sleep!.length > 0) yield this.#page('sleep', { sleep, records })
  }
  #readings(held: HeldReading[]): Reading[] {
    return held.map((reading) => this.held.reading(reading))
  }
  #page(resource: string, data: object): FilePage {
    return { resource, body: JSON.stringify({ data }) }
  }
}
