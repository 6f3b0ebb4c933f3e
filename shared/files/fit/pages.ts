import { type DecodedPage, FileRefused } from '../../source/file.ts'
import { dayText } from '../../source/wall-clock.ts'
import { daysOf } from './days.ts'
import { placeIntervals, unpackBeats, unpackSpeedAndDistance } from './expand.ts'
import { GARMIN_PRODUCTS } from './garmin-products.ts'
import { MANUFACTURERS } from './manufacturers.ts'
import { readFit } from './messages.ts'
import { type Messages, type Named, type NamedPart, nameAll } from './named.ts'
import { PROFILE } from './profile.ts'

/** What a file is about, by its type: those without measurements are refused in words. */
const WITHOUT_DATA: Record<number, string> = {
  1: 'the capabilities of a device',
  2: 'the settings of a device',
  3: 'the settings of a sport',
  5: 'a planned workout',
  6: 'a course to follow',
  7: 'a schedule of workouts',
  10: 'running totals of a device',
  11: 'goals',
  34: 'a segment to race on',
  35: 'a list of segments',
  40: 'the settings of a display',
}

/** The pages of a file: one per session, and one per day of monitoring, weights and blood pressures. */
export function pagesOf(bytes: Uint8Array): DecodedPage[] {
  const parts = readFit(bytes).map(nameAll)
  const pages = parts.flatMap((part) => [...sessionPages(part), ...dayPages(part)])
  if (pages.length > 0) return pages
  const types = parts.map(({ messages }) => messages.file_id?.[0]?.type as number)
  const words = types.map((type) => WITHOUT_DATA[type]).filter((word) => word !== undefined)
  if (words.length > 0) throw new FileRefused(`the file holds ${words.join(' and ')}, and no measurements`)
  if (parts.some(({ messages }) => (messages.record?.length ?? 0) > 0))
    throw new FileRefused('no session or record of the file says when it was: there is no day to put it on')
  throw new FileRefused(
    `the file holds no measurements${parts.some(({ damage }) => damage.length > 0) ? ' before it breaks off' : ''}`,
  )
}

/** What every page says beside its own: about the file, its clock, and what was left behind. */
function frame({ messages, offset_seconds, local_clock, damage }: NamedPart): Named {
  const left_out: Record<string, number> = {}
  for (const [name, list] of Object.entries(messages)) if (!KEPT.has(name)) left_out[name] = list.length
  const file = { ...messages.file_id?.[0] }
  const devices = devicesOf(messages)
  return {
    file: { ...file, ...namesOf(file) },
    ...(devices.length > 0 ? { devices } : {}),
    ...(offset_seconds === undefined ? {} : { offset_seconds }),
    ...(local_clock ? { local_clock } : {}),
    ...(Object.keys(left_out).length > 0 ? { left_out } : {}),
    ...(damage.length > 0 ? { damage } : {}),
  }
}
const KEPT = new Set([...PROFILE.values()].map(({ name }) => name))

/** Told once at the start and again at the end: the last of each is the fullest. */
function devicesOf(messages: Messages): Named[] {
  const byIndex = new Map<unknown, Named>()
  for (const device of messages.device_info ?? [])
    byIndex.set(device.device_index, { ...byIndex.get(device.device_index), ...device })
  return [...byIndex.values()].map((device) => ({ ...device, ...namesOf(device) }))
}
function namesOf({ manufacturer, product }: Named): Named {
  const maker = MANUFACTURERS[String(manufacturer)]
  const name = manufacturer === 1 ? GARMIN_PRODUCTS[String(product)] : undefined
  return { ...(maker ? { manufacturer_name: maker } : {}), ...(name ? { garmin_product: name } : {}) }
}

function sessionPages(part: NamedPart): DecodedPage[] {
  const { messages } = part
  const sessions = (messages.session ?? []).filter(({ start_time }) => typeof start_time === 'number')
  unpackSpeedAndDistance(messages.record ?? [])
  const records = (messages.record ?? []).filter(({ timestamp }) => typeof timestamp === 'number')
  if (sessions.length === 0 && records.length === 0) return []
  const beats = unpackBeats(messages.hr ?? [])
  const intervals = placeIntervals(messages.hrv ?? [])
  // A file that breaks off has records and no session: what is known of the sport is told elsewhere.
  const all: (Named | undefined)[] = sessions.length > 0 ? sessions : [undefined]
  const starts = sessions.map(({ start_time }) => start_time as number).sort((a, b) => a - b)
  return all.map((session) => {
    const from = session?.start_time as number | undefined
    const next = starts.find((at) => at > (from ?? 0)) ?? Number.POSITIVE_INFINITY
    const within = (list: Named[] | undefined, time = 'timestamp'): Named[] | undefined => {
      const own =
        all.length === 1 ? list : list?.filter((one) => Number(one[time]) >= from! && Number(one[time]) < next)
      return own && own.length > 0 ? own : undefined
    }
    const page = {
      ...frame(part),
      session,
      sport: messages.sport?.[0],
      record: within(records),
      lap: within(messages.lap, 'start_time'),
      length: within(messages.length, 'start_time'),
      time_in_zone: messages.time_in_zone?.filter(
        ({ reference_mesg, reference_index = 0 }) =>
          reference_mesg === SESSION && reference_index === (session?.message_index ?? 0),
      ),
      beats: within(beats.filter(({ timestamp }) => timestamp >= (from ?? 0) && timestamp <= endOf(session))),
      rr_intervals: within(intervals),
    }
    return { resource: 'activity', page }
  })
}
const SESSION = 18
/** A strap goes on when the training is over. */
const endOf = (session: Named | undefined): number =>
  Number(session?.start_time ?? 0) + Number(session?.total_elapsed_time ?? Number.POSITIVE_INFINITY)

/** Monitoring by local day; scales and cuffs by measurement. */
function dayPages(part: NamedPart): DecodedPage[] {
  const { messages } = part
  const pages = daysOf(messages, part.offset_seconds ?? 0).map(({ day, ...lists }) => ({
    resource: 'monitoring',
    page: { ...frame(part), date: dayText(day), monitoring_info: messages.monitoring_info?.[0], ...lists },
  }))
  const measured = [...(messages.weight_scale ?? []), ...(messages.blood_pressure ?? [])]
  if (measured.length === 0) return pages
  const people = new Set(measured.map(({ user_profile_index }) => user_profile_index ?? 0))
  if (people.size > 1)
    throw new FileRefused(
      `the file holds measurements of ${people.size} persons, and does not say which of them the user is: export one person's`,
    )
  const { weight_scale, blood_pressure } = messages
  return [...pages, { resource: 'body', page: { ...frame(part), weight_scale, blood_pressure } }]
}
