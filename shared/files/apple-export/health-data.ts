import type { Attributes, Elements } from '../../base/xml.ts'
import { isCounted, isRead } from '../../source/healthkit/readings.ts'
import { offsetOfText } from '../../source/offsets.ts'
import { localDay, parseIso } from '../../source/wall-clock.ts'
import type { Reading } from './held.ts'
import type { Pages } from './pages.ts'

/** Elements within one workout: a route that older versions wrote into it has one each second. */
const MOST_WITHIN = 200_000
/** Kinds that are not known are told one by one, but no more than these. */
const MOST_UNKNOWN = 50
const BASE = 2
interface Workout extends Record<string, unknown> {
  metadata: Record<string, string>
  statistics: Attributes[]
  events: Attributes[]
  route: object[]
}
/** What a route's file belongs to. */
export type Belonging = Record<string, unknown>

/** The elements of `export.xml`: readings, workouts, rings, the person. */
export class HealthData implements Elements {
  /** `false`: the document is of another kind. */
  known: boolean | undefined
  /** Name of a route's file → its workout. */
  readonly routes = new Map<string, Belonging>()
  readonly #pages: Pages
  readonly #sourceNumbers = new Map<string, number>()
  readonly #unknown = new Map<string, number>()
  #record: { attributes: Attributes; metadata: Record<string, string> | undefined } | undefined
  #workout: Workout | undefined
  #within = 0
  constructor(pages: Pages) {
    this.#pages = pages
  }

  open(name: string, attributes: Attributes, depth: number): void {
    if (depth === 1) this.known = name === 'HealthData'
    else if (depth === BASE) this.#openBase(name, attributes)
    else if (this.#record && name === 'MetadataEntry') {
      this.#record.metadata ??= {}
      this.#record.metadata[attributes.key ?? ''] = attributes.value ?? ''
    } else if (this.#workout) this.#inWorkout(this.#workout, name, attributes, depth)
    // Records within a correlation stand by themselves too.
  }
  #openBase(name: string, attributes: Attributes): void {
    this.#within = 0
    if (name === 'Record') this.#record = { attributes, metadata: undefined }
    else if (name === 'Workout')
      this.#workout = {
        ...workoutOf(attributes),
        source: this.#sourceOf(attributes).source,
        metadata: {},
        statistics: [],
        events: [],
        route: [],
      }
    else if (name === 'ActivitySummary')
      this.#pages.put('activitySummaries', { activitySummaries: [numbersOf(attributes)] })
    else if (name === 'Me') this.#pages.put('person', { person: [attributes] })
  }
  #inWorkout(workout: Workout, name: string, attributes: Attributes, depth: number): void {
    if (++this.#within > MOST_WITHIN) return
    if (name === 'MetadataEntry' && depth === BASE + 1) workout.metadata[attributes.key ?? ''] = attributes.value ?? ''
    else if (name === 'WorkoutStatistics' && depth === BASE + 1) workout.statistics.push(attributes)
    else if (name === 'WorkoutEvent') workout.events.push(attributes)
    else if (name === 'Location') workout.route.push(numbersOf(attributes, POINT_NUMBERS))
    else if (name === 'FileReference' && attributes.path)
      this.routes.set(baseName(attributes.path), {
        type: workout.type,
        startDate: workout.startDate,
        endDate: workout.endDate,
        source: workout.source,
        metadata: workout.metadata,
      })
  }

  close(name: string, depth: number): void {
    if (depth !== BASE) return
    if (name === 'Record' && this.#record) {
      this.#read(this.#record.attributes, this.#record.metadata)
      this.#record = undefined
    } else if (name === 'Workout' && this.#workout) {
      if (this.#within > MOST_WITHIN)
        this.#pages.tell(`a workout has more than ${MOST_WITHIN} elements; the rest of it was left out`)
      this.#pages.put('workouts', { workouts: [this.#workout] })
      this.#workout = undefined
    }
  }
  /** When the document has ended. */
  end(): void {
    for (const [type, count] of this.#unknown)
      this.#pages.tell(`${count} readings are of a kind that is not known: ${type.slice(0, 100)}`)
    this.#unknown.clear()
  }

  #read(attributes: Attributes, metadata: Record<string, string> | undefined): void {
    const { type = '', unit, value = '', startDate = '', endDate = startDate } = attributes
    const counts = isCounted(type)
    if (!counts) {
      const read = isRead(type)
      if (read === undefined) this.#countUnknown(type)
      if (!read) return
    }
    const { number, source } = this.#sourceOf(attributes)
    const [start, end] = [parseIso(startDate), parseIso(endDate)]
    const amount = value === '' ? Number.NaN : Number(value)
    if (counts && start && end) {
      const zone = metadata?.HKTimeZone === undefined ? undefined : offsetOfText(metadata.HKTimeZone, start.at, false)
      const held = this.#pages.held.add({
        type,
        unit,
        word: Number.isNaN(amount) ? value : undefined,
        manual: metadata?.HKWasUserEntered === '1',
        startAt: start.at,
        seconds: Math.round((end.at - start.at) / 1000),
        offset: zone ?? start.offset ?? 0,
        source: number,
        value: amount,
      })
      if (held) return
    }
    const reading: Reading = { type, value: Number.isNaN(amount) ? value : amount, startDate, endDate }
    if (unit !== undefined) reading.unit = unit
    if (source) reading.source = source
    if (metadata) reading.metadata = metadata
    this.#pages.add(start ? localDay(start.at, start.offset) : 0, reading)
  }

  #countUnknown(type: string): void {
    const known = this.#unknown.get(type)
    if (known !== undefined || this.#unknown.size < MOST_UNKNOWN) this.#unknown.set(type, (known ?? 0) + 1)
  }

  /** Sources repeat: each is understood once. */
  #sourceOf({ sourceName, sourceVersion, device }: Attributes): { number: number; source: object | undefined } {
    const { sources } = this.#pages
    // The device's address differs from reading to reading.
    const told = device?.replace(/^<<HKDevice: 0x[0-9a-f]+>, /, '')
    const name = `${sourceName}\n${sourceVersion}\n${told}`
    let number = this.#sourceNumbers.get(name)
    if (number === undefined) {
      number = sources.push(sourceFrom(sourceName, sourceVersion, told)) - 1
      this.#sourceNumbers.set(name, number)
    }
    return { number, source: sources[number] }
  }
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** `name:Apple Watch, manufacturer:Apple, model:Watch, hardware:Watch2,4, software:4.3.1>` */
const DEVICE =
  /(name|manufacturer|model|hardware|software):(.*?)(?=, (?:name|manufacturer|model|hardware|software|creation date|localIdentifier|UDIDeviceIdentifier|FDA UDI):|>?$)/g
const FIELDS: Record<string, string> = {
  manufacturer: 'deviceManufacturer',
  model: 'deviceModel',
  hardware: 'productType',
  software: 'deviceSoftwareVersion',
}
function sourceFrom(
  name: string | undefined,
  version: string | undefined,
  device: string | undefined,
): object | undefined {
  const source: Record<string, string> = {}
  if (name) source.name = name
  for (const [, field, value] of device?.matchAll(DEVICE) ?? []) {
    const known = FIELDS[field!]
    if (known && value) source[known] = value
  }
  if (version && source.deviceSoftwareVersion === undefined && device === undefined) source.appVersion = version
  return Object.keys(source).length > 0 ? source : undefined
}

const POINT_NUMBERS = /^(?:latitude|longitude|altitude|speed)$/
const WORKOUT_NUMBERS = /^(?:duration|total[A-Z]\w*?)$/
function workoutOf({
  workoutActivityType,
  sourceName,
  sourceVersion,
  device,
  creationDate,
  ...rest
}: Attributes): Record<string, unknown> {
  return { type: workoutActivityType, ...numbersOf(rest, WORKOUT_NUMBERS) }
}
/** Attributes that are numbers, as numbers. */
function numbersOf(attributes: Attributes, which = /(?<!Unit|dateComponents)$/): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => {
      const number = Number(value)
      return [name, which.test(name) && value !== '' && !Number.isNaN(number) ? number : value]
    }),
  )
}
