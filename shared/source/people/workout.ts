import { noise, round } from './dice.ts'
import { sessionHr } from './heart.ts'
import { dateOf, type Life } from './life.ts'
import { outline, type Session } from './outline.ts'
import type { Sport } from './person.ts'
import { spread } from './sleep.ts'
import { vitals } from './vitals.ts'

/** One reading in so many seconds. */
const EVERY_S = 15
const POOL_METERS = 25
const LAP_METERS: Partial<Record<Sport, number>> = { run: 1000, ride: 5000, walk: 1000, swim: 200 }
const OUTSIDE: Sport[] = ['run', 'ride', 'walk']
const METERS_PER_DEGREE = 111_320

export const workoutItems = (life: Life, day: number): object[] =>
  outline(life, day).sessions.map((session) => workoutItem(life, day, session))

/** Highest beat of a day's sessions: no reading of five minutes shows it. */
export const hardest = (life: Life, day: number): number =>
  Math.max(0, ...outline(life, day).sessions.flatMap((session) => beatsOf(life, day, session)))

const timesOf = ({ seconds }: Session): number[] =>
  Array.from({ length: Math.floor(seconds / EVERY_S) + 1 }, (_, i) => i * EVERY_S)
const beatsOf = (life: Life, day: number, session: Session): number[] =>
  timesOf(session).map((second) => round(sessionHr(life, day, session, session.startAt + second * 1000)))

function workoutItem(life: Life, day: number, session: Session): object {
  const { sport, startAt, seconds, meters, effort } = session
  const seed = life.noiseSeed + day
  const times = timesOf(session)
  // A share of the whole way, so that the last reading is all of it.
  const pace = times.map((_, i) => 1 + 0.12 * noise(seed, i >> 2))
  const whole = pace.slice(1).reduce((sum, one) => sum + one, 0)
  let run = 0
  const way = pace.map((one, i) => {
    run += i === 0 ? 0 : one
    return round((meters * run) / whole, 1)
  })
  const speed = way.map((at, i) => round((i === 0 ? way[1]! : at - way[i - 1]!) / EVERY_S, 2))
  const beats = beatsOf(life, day, session)
  const climbs = OUTSIDE.includes(sport)
  const height = climbs ? way.map((at) => round(60 + 14 * Math.sin(at / 700) + 6 * Math.sin(at / 230), 1)) : undefined
  const power = sport === 'ride' ? pace.map((one) => round((80 + 170 * effort * life.person.fitness) * one)) : undefined
  const cadence = sport === 'run' ? 83 : sport === 'ride' ? 86 : undefined
  return {
    id: `${sport}-${session.id}`,
    date: dateOf(day),
    sport,
    start: life.iso(day, startAt),
    end: life.iso(day, startAt + seconds * 1000),
    seconds,
    active_kcal: session.kcal,
    ...(session.steps > 0 && { steps: session.steps }),
    ...(meters > 0 && { meters, speed: { average: round(meters / seconds, 2), most: Math.max(...speed) } }),
    heart_rate: spread(beats),
    zones: zonesOf(life, beats, seconds),
    ...(height && { climb_meters: climbOf(height) }),
    ...(power && { power: { average: spread(power).average, most: Math.max(...power) } }),
    ...(cadence && { cadence }),
    ...(sport === 'swim' && {
      pool_meters: POOL_METERS,
      lengths: Math.floor(meters / POOL_METERS),
      strokes: Math.floor(meters / 1.2),
    }),
    laps: lapsOf(life, day, session, way, beats),
    load: round((seconds / 60) * effort * 2.2, 1),
    samples: {
      seconds: times,
      heart_rate: beats,
      ...(meters > 0 && { meters: way, speed }),
      ...(height && { elevation: height, position: loop(life, day, way, meters) }),
      ...(power && { power }),
      ...(cadence && { cadence: pace.map((one) => round(cadence * (0.7 + 0.3 * one))) }),
    },
  }
}

/** Of the heart's reserve: each reading counts until the next. */
function zonesOf(life: Life, beats: number[], seconds: number): number[] {
  const zones = [0, 0, 0, 0, 0]
  for (const beat of beats.slice(0, -1)) {
    const share = beat / life.person.maxHr
    zones[share < 0.6 ? 0 : share < 0.7 ? 1 : share < 0.8 ? 2 : share < 0.9 ? 3 : 4]! += EVERY_S
  }
  zones[0]! += seconds - zones.reduce((sum, one) => sum + one, 0)
  return zones
}
const climbOf = (height: number[]): number =>
  round(height.reduce((sum, one, i) => sum + Math.max(0, one - (height[i - 1] ?? one)), 0))

/** Around a block near the town's middle, as long as the way: a circle that ends where it began. */
function loop(life: Life, day: number, way: number[], meters: number): [number, number][] {
  const { latitude, longitude } = life.city(day)
  const radius = meters / (2 * Math.PI) / METERS_PER_DEGREE
  const narrow = Math.cos((latitude * Math.PI) / 180)
  return way.map((at) => {
    const angle = (at / meters) * 2 * Math.PI
    return [
      round(latitude + radius * Math.sin(angle), 6),
      round(longitude + (radius * (1 - Math.cos(angle))) / narrow, 6),
    ]
  })
}

function lapsOf(life: Life, day: number, session: Session, way: number[], beats: number[]): object[] {
  const long = LAP_METERS[session.sport]
  if (!long || session.meters === 0) return []
  const laps: object[] = []
  for (let from = 0; from < way.length - 1; ) {
    let to = from + 1
    while (to < way.length - 1 && way[to]! - way[from]! < long) to++
    const meters = round(way[to]! - way[from]!, 1)
    const [startAt, endAt] = [from, to].map((i) => session.startAt + i * EVERY_S * 1000)
    laps.push({
      start: life.iso(day, startAt!),
      end: life.iso(day, endAt!),
      seconds: (to - from) * EVERY_S,
      meters,
      speed: round(meters / ((to - from) * EVERY_S), 2),
      heart_rate: spread(beats.slice(from, to + 1)).average,
    })
    from = to
  }
  return laps
}

/** 0–21, as tired as a day makes. */
export const strainOf = (life: Life, day: number): number => {
  const { sessions, activeKcal } = outline(life, day)
  const hard = sessions.reduce((sum, { seconds, effort }) => sum + (seconds / 3600) * effort, 0)
  return round(
    Math.min(21, activeKcal / 110 + hard * 5 + (vitals(life, day).restingHr > life.person.restingHr + 6 ? 1 : 0)),
    1,
  )
}
