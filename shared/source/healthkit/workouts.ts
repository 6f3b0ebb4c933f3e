import type { SpeedSample } from '../../schema/activity.ts'
import type { HeartRateDataSample } from '../../schema/common.ts'
import type { ActivityType } from '../../schema/enums.ts'
import { activityType, activityTypes } from '../activity-types.ts'
import { clock, inZone, told } from '../clocks.ts'
import { latLng } from '../derive.ts'
import { into, resource } from '../map.ts'
import { type Numeric, number, numeric } from '../numbers.ts'
import { session } from '../places.ts'
import { type Item, reading as reads, Unreadable } from '../reader.ts'
import { constant, first, localTime, odd, rounded, text, when } from '../readers.ts'
import { list } from '../samples.ts'
import { quantity, type Unit, unitAt } from '../units.ts'
import { deviceOf, isManual, ZONE } from './readings.ts'

/** A workout as the phone sends it, as the store has it (`HKWorkout`), as the export has it, and as Health Auto Export does. */
const START = inZone(clock('startDate|start'), ZONE)
const END = inZone(clock('endDate|end'), ZONE)

const NAMES = activityTypes(`
  7=Walking,OutdoorWalk,IndoorWalk 8=Running,OutdoorRun,TrackAndField 133=IndoorRun 1=Cycling,OutdoorCycle,OutdoorCycling
  17=IndoorCycle,IndoorCycling 98=WheelchairWalkPace,WheelchairRunPace 14=HandCycling 25=Elliptical 77=StairClimbing,Stairs
  39=JumpRope 80=CoreTraining,FunctionalStrengthTraining,TraditionalStrengthTraining,StrengthTraining
  123=CrossTraining,MixedCardio,FitnessGaming,MixedMetabolicCardioTraining 114=HighIntensityIntervalTraining 78=StepTraining
  125=PreparationAndRecovery,Flexibility,Cooldown 49=Barre,Pilates 24=CardioDance,SocialDance,Dance,DanceInspiredTraining
  100=Yoga,MindAndBody,TaiChi 27=AmericanFootball 28=AustralianFootball 11=Baseball 12=Basketball 23=Cricket 30=DiscSports
  34=Handball 36=Hockey 124=Lacrosse 55=Rugby 29=Soccer 120=Softball 89=Volleyball 10=Badminton 51=Pickleball,Racquetball
  76=Squash 85=TableTennis 87=Tennis 52=Climbing 37=EquestrianSports 131=Fishing 32=Golf 35=Hiking
  108=Hunting,Play,SnowSports,WaterSports,Bowling,Other 67=CrossCountrySkiing 106=Curling 68=DownhillSkiing 73=Snowboarding
  62=SkatingSports 129=PaddleSports 53=Rowing 59=Sailing 81=SurfingSports 82=Swimming 83=PoolSwim 84=OpenWaterSwim
  102=UnderwaterDiving 9=WaterFitness 96=WaterPolo 20=Boxing 42=Kickboxing 44=MartialArts,Wrestling 119=Archery 26=Fencing
  33=Gymnastics 126=SwimBikeRun 151=Transition
`)
/** `HKWorkoutActivityTypeMindAndBody`, `mindAndBody`, `Mind and Body`. */
const TYPES: Record<string, ActivityType> = Object.fromEntries(
  Object.entries(NAMES).flatMap(([name, code]) =>
    [`HKWorkoutActivityType${name}`, name, name.replace(/(?<=[a-z])(?=[A-Z])/g, '_')].map((word) => [word, code]),
  ),
)

interface Told {
  /** The phone's name of the value, of several the first that is there. */
  values?: string
  /** The store's kind of statistic, and which of it. */
  kind?: string
  of?: 'sum' | 'average' | 'minimum' | 'maximum'
  /** The export's attribute before there were statistics, with its unit in `…Unit`; without it `bare` is the unit. */
  total?: string
  bare?: Unit
  /** Health Auto Export's object of a value and its unit. */
  object?: string
  /** The workout's metadata, `"15.57 m"`. */
  metadata?: string
}
/** One value of the workout from wherever it is told. */
function stat({ values = '', kind, of = 'sum', total, bare, object, metadata }: Told, unit: Unit | 'count'): Numeric {
  const readers: Numeric[] = values
    .split(' ')
    .filter(Boolean)
    .map((name) => reading(`values[type=${name}].value`, `values[type=${name}].unit`, unit))
  for (const name of kind?.split(' ') ?? []) {
    const at = `statistics[type=HKQuantityTypeIdentifier${name}]`
    readers.push(reading(`${at}.${of}`, `${at}.unit`, unit))
  }
  for (const name of object?.split(' ') ?? []) readers.push(reading(`${name}.qty`, `${name}.units`, unit))
  if (total) readers.push(reading(total, `${total}Unit`, unit, bare))
  if (metadata) readers.push(measure(`metadata.${metadata}`, unit))
  return first(...readers)
}
const reading = (path: string, unitPath: string, unit: Unit | 'count', bare?: Unit): Numeric =>
  unit === 'count' ? numeric(path, { least: 0 }) : quantity(path, unitAt(unitPath, {}, bare), unit)
/** `"1557 cm"`: the value and its unit in one text. */
function measure(path: string, unit: Unit | 'count'): Numeric {
  const [amount, itsUnit] = [reading('amount', 'unit', unit), text(path)]
  return odd([path], (item, context) => {
    const found = itsUnit.read(item, context)
    if (found === undefined) return undefined
    const [value, name] = found.split(' ')
    return amount.read({ amount: value, unit: name }, context)
  })
}

const DISTANCES =
  'DistanceWalkingRunning DistanceCycling DistanceSwimming DistanceWheelchair DistanceRowing DistancePaddleSports DistanceSkatingSports DistanceCrossCountrySkiing DistanceDownhillSnowSports'
const SPEEDS = 'RunningSpeed CyclingSpeed RowingSpeed PaddleSportsSpeed CrossCountrySkiingSpeed'
const SAMPLE_AT = told(inZone(clock('timestamp|date|startDate'), ZONE))
/** In the workout's zone, whatever the text's offset. */
const POINT_AT = localTime('timestamp|date')
/** A workout's own series, told together with what each reading is of. */
const sample = (type: string) => reads(['type'], (item: Item) => item?.type === type)
const INDOOR = (item: Item) => item.metadata?.HKIndoorWorkout === '1'

// biome-ignore format: a table reads better in rows.
const TREE = {
  metadata: {
    type: activityType('type|workoutActivityType|name', TYPES), name: text('title|metadata.HKWorkoutBrandName|name'),
    upload_type: odd<1 | 2>(['metadata.HKWasUserEntered'], (item) => (isManual(item) ? 2 : 1)),
  },
  active_durations_data: { activity_seconds: stat({ values: 'duration', total: 'duration', bare: 's' as const }, 's') },
  calories_data: {
    net_activity_calories: stat({ values: 'activeEnergyBurned', kind: 'ActiveEnergyBurned', object: 'activeEnergy activeEnergyBurned', total: 'totalEnergyBurned', bare: 'kcal' as const }, 'kcal'),
    BMR_calories: stat({ values: 'basalEnergyBurned', kind: 'BasalEnergyBurned' }, 'kcal'),
  },
  device_data: deviceOf('source'),
  distance_data: {
    summary: {
      distance_meters: stat({ values: 'distance totalDistance', kind: DISTANCES, object: 'distance', total: 'totalDistance', bare: 'm' as const }, 'm'),
      steps: rounded(stat({ values: 'stepCount', kind: 'StepCount', object: 'stepCount' }, 'count')), floors_climbed: rounded(stat({ kind: 'FlightsClimbed', total: 'totalFlightsClimbed' }, 'count')),
      elevation: {
        gain_actual_meters: first(stat({ values: 'elevationAscended', metadata: 'HKElevationAscended' }, 'm'), quantity('elevation.ascent', unitAt('elevation.units'), 'm')),
        loss_actual_meters: first(stat({ values: 'elevationDescended', metadata: 'HKElevationDescended' }, 'm'), quantity('elevation.descent', unitAt('elevation.units'), 'm')),
      },
      swimming: {
        num_strokes: rounded(stat({ values: 'swimmingStrokeCount', kind: 'SwimmingStrokeCount', total: 'totalSwimmingStrokeCount' }, 'count')),
        pool_length_meters: rounded(stat({ values: 'lapLength', metadata: 'HKLapLength' }, 'm')),
      },
    },
    detailed: { elevation_samples: list('route', { timestamp: POINT_AT, elev_meters: numeric('altitude|altitudeM') }) },
  },
  heart_rate_data: {
    summary: {
      avg_hr_bpm: stat({ values: 'averageHeartRate', kind: 'HeartRate', of: 'average' as const }, 'bpm'),
      max_hr_bpm: stat({ values: 'maxHeartRate', kind: 'HeartRate', of: 'maximum' as const }, 'bpm'),
      min_hr_bpm: stat({ values: 'minHeartRate', kind: 'HeartRate', of: 'minimum' as const }, 'bpm'),
    },
    detailed: {
      hr_samples: first(
        list<HeartRateDataSample>('heartRateData', { timestamp: SAMPLE_AT, bpm: number('qty|Avg', { least: 1 }) }),
        list<HeartRateDataSample>('samples', { timestamp: SAMPLE_AT, bpm: number('value', { least: 1 }) }, { where: sample('heartRate') }),
      ),
    },
  },
  // A lap, and a span of a strength machine or an interval; pauses are in the duration already.
  lap_data: {
    laps: list('events', { start_time: told(inZone(clock('date'), ZONE)), trigger_method: constant('MANUAL') }, { where: reads(['type'], (event: Item) => /Lap$/.test(event?.type)) }),
  },
  MET_data: { avg_level: first(numeric('values[type=averageMETs].value'), measure('metadata.HKAverageMETs', 'count')) },
  movement_data: {
    avg_speed_meters_per_second: stat({ values: 'averageSpeed averageRunningSpeed', kind: SPEEDS, of: 'average' as const, metadata: 'HKAverageSpeed' }, 'm/s'),
    max_speed_meters_per_second: stat({ values: 'maxSpeed', kind: SPEEDS, of: 'maximum' as const, metadata: 'HKMaximumSpeed' }, 'm/s'),
    avg_cadence_rpm: stat({ kind: 'CyclingCadence', of: 'average' as const }, 'count'), max_cadence_rpm: stat({ kind: 'CyclingCadence', of: 'maximum' as const }, 'count'),
    speed_samples: when((item) => !INDOOR(item), list<SpeedSample>('route', { timestamp: POINT_AT, speed_meters_per_second: numeric('speed', { least: 0 }) })),
  },
  position_data: {
    start_pos_lat_lng_deg: latLng('route.0.latitude|route.0.lat', 'route.0.longitude|route.0.lon'),
    position_samples: list('route', { timestamp: POINT_AT, coords_lat_lng_deg: latLng('latitude|lat', 'longitude|lon') }),
  },
  power_data: {
    avg_watts: stat({ values: 'averageRunningPower', kind: 'RunningPower CyclingPower', of: 'average' as const }, 'count'),
    max_watts: stat({ kind: 'RunningPower CyclingPower', of: 'maximum' as const }, 'count'),
  },
}
/** The store's own id where it is told; the export has none, so that a workout there is one of its start. */
const PLACE = session({ id: 'id|uuid', start: START, end: END })
export const WORKOUTS = resource('data.workouts', [into('activity', PLACE, TREE)])
/** One workout by itself, as the store's object. */
export const WORKOUT = resource('', [into('activity', PLACE, TREE, { part: 'workouts' })])

/** A route of the export is a file of its own, which may come long before or after its workout. */
export const ROUTES = resource('data.routes', [
  into('activity', PLACE, {
    metadata: { type: TREE.metadata.type, upload_type: TREE.metadata.upload_type },
    distance_data: { detailed: TREE.distance_data.detailed },
    movement_data: { speed_samples: TREE.movement_data.speed_samples },
    position_data: TREE.position_data,
  }),
])

/** What is gone is told by its id and type. */
export const DELETED = resource('data.deleted', [
  into(
    'activity',
    PLACE,
    { metadata: { type: constant(4), upload_type: constant(4) } },
    { gone: (item) => item.type === 'HKWorkoutTypeIdentifier', when: cannotBePlaced, part: 'workouts' },
  ),
])
/** A reading's id does not tell its day, and a day's record keeps no ids: the phone sends that day again instead. */
function cannotBePlaced(): never {
  throw new Unreadable('type', 'only workouts can be taken back by their id: the day of a reading is to be sent again')
}
