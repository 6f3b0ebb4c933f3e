import { clock, inZone, latestOf, told } from '../clocks.ts'
import { gatherSessions } from '../gather.ts'
import { hypnogram, totalsOf } from '../hypnogram.ts'
import { into, resource } from '../map.ts'
import { anyOffset, offset } from '../offsets.ts'
import { session } from '../places.ts'
import { goTo, type Item } from '../reader.ts'
import { odd } from '../readers.ts'
import { list } from '../samples.ts'
import { sleepLevel, spanList } from '../stages.ts'
import { quantity, unitAt } from '../units.ts'
import { deviceOf, isManual, sourceOf, ZONE } from './readings.ts'

/**
 * A sleep comes as samples that overlap: the phone's time in bed, the watch's stages, an app's. What is no further apart than
 * an hour is one sleep; a nap is a sleep of its own, and the store does not say that it is one.
 */
const HOUR_S = 3600
const START = inZone(clock('startDate'), ZONE)
const END = inZone(clock('endDate'), ZONE)
const FIRST = inZone(
  clock('slices.0.startDate'),
  anyOffset(offset('slices.0.metadata.HKTimeZone'), offset('slices.0.zoneOffset')),
)

/** The export's words; the phone's are known without. `HKCategoryValueSleepAnalysisAsleep` is of before there were stages. */
// biome-ignore format: a table reads better in rows.
const LEVEL = sleepLevel('stage|value', {
  HKCategoryValueSleepAnalysisInBed: 0, HKCategoryValueSleepAnalysisAwake: 1, HKCategoryValueSleepAnalysisAsleep: 2,
  HKCategoryValueSleepAnalysisAsleepUnspecified: 2, HKCategoryValueSleepAnalysisAsleepCore: 4,
  HKCategoryValueSleepAnalysisAsleepDeep: 5, HKCategoryValueSleepAnalysisAsleepREM: 6,
  UNSPECIFIED: 2, 0: 0, 1: 2, 2: 1, 3: 4, 4: 5, 5: 6,
})
const isInBed = (item: Item): boolean => /in_?\s?bed$/i.test(String(item.stage ?? item.value)) || item.value === 0
const SPAN = { start: START, end: END, level: LEVEL }
const IN_BED = spanList('slices', { ...SPAN, where: isInBed })
const of = (place: string) =>
  spanList('slices', { ...SPAN, where: (item) => !isInBed(item) && sourceOf(item).startsWith(place) })
/** Of several that tell of one time the watch is on top, then the phone. */
const night = hypnogram([IN_BED, of('app'), of('phone'), of('watch')], { same: 'joined' })
const bed = hypnogram(IN_BED)
const RECORDS = goTo('/data.records')
/** Breaths are measured in sleep only; they come as readings in the same batch. */
const breaths = list('asleep', { timestamp: told(START), breaths_per_min: quantity('value', unitAt('unit'), 'bpm') })
const duringIt = odd(
  ['/data.records.*.type', ...breaths.from.map((path) => path.replace('asleep', '/data.records'))],
  (_, context) => {
    const { startAt, endAt } = context.frame
    const asleep = ((RECORDS({}, context) ?? []) as Item[]).filter((record) => {
      if (record?.type !== 'HKQuantityTypeIdentifierRespiratoryRate') return false
      const at = START.read(record, context)?.at
      return at !== undefined && at >= startAt && at < endAt
    })
    return breaths.read({ asleep }, context)
  },
)
const DETAIL = { gives: breaths.gives }

// biome-ignore format: a table reads better in rows.
export const SLEEP = resource(
  'data.sleep|data.metrics[name=sleep_analysis].data',
  [
    into('sleep', session({ start: FIRST, end: latestOf('slices', END) }), {
      metadata: { upload_type: odd<1 | 2>(['slices.*.metadata.HKWasUserEntered'], (item) => (item.slices.some(isManual) ? 1 : 2)) },
      device_data: deviceOf('slices.0.source'),
      respiration_data: { breaths_data: { samples: { ...duringIt, ...DETAIL } } },
      sleep_durations_data: {
        ...totalsOf(night),
        hypnogram_samples: night.samples,
        other: { duration_in_bed_seconds: bed.seconds(0) },
      },
    }),
  ],
  { gather: gatherSessions({ start: START, end: END, gapSeconds: HOUR_S }) },
)
