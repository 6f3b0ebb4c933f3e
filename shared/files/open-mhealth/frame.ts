import { type Clock, clock, either, told } from '../../source/clocks.ts'
import { day, type Place, session } from '../../source/places.ts'
import { type Item, type Reader, Unreadable } from '../../source/reader.ts'
import { quantity, type Unit, unitAt } from '../../source/units.ts'

/** Units as these schemas spell them, where it is not the usual way. */
const UNITS: Record<string, Unit> = { sec: 's', Min: 'min', 'breaths/min': 'bpm', K: 'kelvin' }

/** The time frame of a body: a moment, or an interval told by any two of start, end and length. */
const FRAME = 'body.effective_time_frame'
const INTERVAL = `${FRAME}.time_interval`
const MOMENT = clock(`${FRAME}.date_time`)
const [GIVEN_START, GIVEN_END] = [clock(`${INTERVAL}.start_date_time`), clock(`${INTERVAL}.end_date_time`)]
const LENGTH = unitValue(`${INTERVAL}.duration`, 's')

const moved = (from: Clock, sign: 1 | -1): Clock => ({
  from: [...from.from, ...LENGTH.from],
  read: (item, context) => {
    const [moment, seconds] = [from.read(item, context), LENGTH.read(item, context)]
    return moment && seconds !== undefined ? { ...moment, at: moment.at + sign * seconds * 1000 } : undefined
  },
})
export const START = either(GIVEN_START, moved(GIVEN_END, -1), MOMENT)
export const END = either(GIVEN_END, moved(GIVEN_START, 1), MOMENT)
/** When it was measured: at the end, where it took its time. */
export const AT = told(either(MOMENT, END))

export const hasFrame = (item: Item): boolean => {
  const frame = item.body?.effective_time_frame
  return frame?.date_time !== undefined || frame?.time_interval !== undefined
}
/** Each data point is a part of its own, by its id or by what and when it is. */
const DAY_OF = day({ moment: START })
export const DAY: Place = {
  from: [...DAY_OF.from, 'header.id'],
  read: (item, context) => {
    const frame = DAY_OF.read(item, context)
    return { ...frame, slice: `${item.schema}/${Math.round(frame.baseAt / 1000)}` }
  },
}
export const SESSION = session({ id: 'header.id', start: START, end: END })

/** `{value, unit}` in the schema's unit. */
export function unitValue(path: string, to: Unit): Reader<number> {
  return quantity(`${path}.value`, unitAt(`${path}.unit`, UNITS), to)
}

export const untold = (): never => {
  throw new Unreadable('body.effective_time_frame', 'body.effective_time_frame is missing: nobody knows when it was')
}
