import { DAY_MS, MINUTE_MS } from '../../base/time.ts'
import { dayText, isoText } from '../wall-clock.ts'
import { zoneMoment, zoneOffset } from '../zone.ts'
import { type Anomaly, AWAY_FROM, FORTNIGHT, ILL_ON } from './anomalies.ts'
import { Dice, hash32 } from './dice.ts'
import type { Person } from './person.ts'
import { CITIES, type City } from './places.ts'
import type { Plan } from './plan.ts'
import { FALLS_ILL, personOf } from './presets.ts'

/** Trips of one who travels begin in spans of so many days, one in each. */
const TRIP_EVERY = 28

/** A person in time: what holds on which day. Days are counted since 1970-01-01, and local. */
export class Life {
  readonly plan: Pick<Plan, 'begins' | 'anomalies'>
  readonly person: Person
  /** For chance that depends on a place in time alone. */
  readonly noiseSeed: number
  private readonly known = new Map<string, unknown>()

  constructor(plan: Pick<Plan, 'person' | 'begins' | 'anomalies'>) {
    const anomalies: Anomaly[] = plan.person === FALLS_ILL ? [...plan.anomalies, 'illness'] : plan.anomalies
    this.plan = { begins: plan.begins, anomalies }
    this.person = personOf(plan.person)
    this.noiseSeed = hash32(`noise/${plan.person}`)
  }

  dice(about: string, day: number): Dice {
    return new Dice(`${this.person.seed}/${about}/${day}`)
  }
  /** What follows from the days before is asked for often. */
  once<T>(what: string, day: number, make: () => T): T {
    const key = `${what}/${day}`
    let found = this.known.get(key) as T | undefined
    if (found === undefined) {
      if (this.known.size > 5_000) this.known.clear()
      found = make()
      this.known.set(key, found)
    }
    return found
  }

  /** 1 … 14, where the anomaly was asked for and the person is connected. */
  on(anomaly: Anomaly, day: number): number | undefined {
    const { begins, anomalies } = this.plan
    return day < begins || !anomalies.includes(anomaly) ? undefined : ((day - begins) % FORTNIGHT) + 1
  }
  /** 0 well … 1 very ill. */
  illness(day: number): number {
    return ILL_ON[this.on('illness', day) ?? 0] ?? 0
  }

  city(day: number): City {
    return this.once('city', day, () => this.findCity(day))
  }
  private findCity(day: number): City {
    const { home, travels } = this.person
    const changed = this.on('clock_change', day)
    if (changed !== undefined && changed >= AWAY_FROM) return this.away(day - changed)
    if (!travels) return home
    const block = Math.floor(day / TRIP_EVERY)
    const dice = this.dice('trip', block)
    const [from, days] = [block * TRIP_EVERY + dice.whole(4, 15), dice.whole(3, 6)]
    return day >= from && day < from + days ? this.away(block) : home
  }
  /** Never so far to the east that a night there begins before the last one at home was over. */
  private away(key: number): City {
    const { home } = this.person
    const hours = (zone: string) => zoneOffset(zone, key * DAY_MS)! / 3600
    const reach = CITIES.filter(({ zone }) => {
      const east = hours(zone) - hours(home.zone)
      return east !== 0 && east <= 6 && east >= -10
    })
    return this.dice('away', key).pick(reach)
  }

  /** A minute of a day's wall clock, as epoch ms. */
  at(day: number, minute: number): number {
    return zoneMoment(this.city(day).zone, day * DAY_MS + minute * MINUTE_MS)!.at
  }
  midnight(day: number): number {
    return this.at(day, 0)
  }
  /** Where clocks are put forward over night a day ends early: what is left of it belongs to the next. */
  ends(day: number): number {
    const own = zoneMoment(this.city(day).zone, (day + 1) * DAY_MS)!.at
    return Math.min(own, this.midnight(day + 1))
  }
  /** On the way to another zone, or just arrived. */
  isTravelling(day: number): boolean {
    const { zone } = this.city(day)
    return this.city(day + 1).zone !== zone || this.city(day - 1).zone !== zone
  }
  /** An epoch ms as the clocks of a day's place show it: seconds are enough here. */
  iso(day: number, at: number): string {
    return isoText(at, zoneOffset(this.city(day).zone, at)!).replace('.000000', '')
  }
  offset(day: number): number {
    return zoneOffset(this.city(day).zone, this.midnight(day))!
  }
}

/** The date where a person lives. */
export const todayOf = ({ home }: Person, now: number): number =>
  Math.floor((now + zoneOffset(home.zone, now)! * 1000) / DAY_MS)
export const dateOf = (day: number): string => dayText(day)
export const weekdayOf = (day: number): number => (day + 4) % 7
