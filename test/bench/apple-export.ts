import { Dice } from '../../shared/source/people/dice.ts'

/**
 * A plausible export of the Health app of any size, always the same for a seed: by kind and device, as the app writes it,
 * with the document type in its head. Made as it is read.
 */
const DOCTYPE = `<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary|ClinicalRecord)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ELEMENT ExportDate EMPTY>
<!ATTLIST ExportDate
  value CDATA #REQUIRED
>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
<!ATTLIST Record
  type          CDATA #REQUIRED
  unit          CDATA #IMPLIED
  value         CDATA #IMPLIED
>
]>
`
const DAY_S = 86_400
/** How much of the file is of which kind, in readings a day: what a watch and a phone write. */
// biome-ignore format: a table reads better in rows.
const KINDS = [
  { type: 'StepCount', unit: 'count', device: 'phone', aDay: 60, seconds: 500, least: 5, most: 700, digits: 0 },
  { type: 'StepCount', unit: 'count', device: 'watch', aDay: 160, seconds: 300, least: 5, most: 400, digits: 0 },
  { type: 'DistanceWalkingRunning', unit: 'km', device: 'phone', aDay: 60, seconds: 500, least: 0.004, most: 0.5, digits: 6 },
  { type: 'DistanceWalkingRunning', unit: 'km', device: 'watch', aDay: 160, seconds: 300, least: 0.004, most: 0.3, digits: 6 },
  { type: 'ActiveEnergyBurned', unit: 'kcal', device: 'watch', aDay: 420, seconds: 60, least: 0.05, most: 9, digits: 3 },
  { type: 'BasalEnergyBurned', unit: 'kcal', device: 'watch', aDay: 90, seconds: 900, least: 8, most: 22, digits: 3 },
  { type: 'HeartRate', unit: 'count/min', device: 'watch', aDay: 380, seconds: 0, least: 46, most: 170, digits: 0 },
  { type: 'OxygenSaturation', unit: '%', device: 'watch', aDay: 20, seconds: 0, least: 0.92, most: 1, digits: 2 },
  { type: 'HeartRateVariabilitySDNN', unit: 'ms', device: 'watch', aDay: 8, seconds: 60, least: 15, most: 120, digits: 4 },
  { type: 'RespiratoryRate', unit: 'count/min', device: 'watch', aDay: 25, seconds: 0, least: 11, most: 19, digits: 1 },
  { type: 'FlightsClimbed', unit: 'count', device: 'phone', aDay: 9, seconds: 300, least: 1, most: 3, digits: 0 },
  { type: 'AppleExerciseTime', unit: 'min', device: 'watch', aDay: 35, seconds: 60, least: 1, most: 1, digits: 0 },
  { type: 'WalkingStepLength', unit: 'cm', device: 'phone', aDay: 14, seconds: 40, least: 60, most: 85, digits: 0 },
  { type: 'BodyMass', unit: 'kg', device: 'app', aDay: 1, seconds: 0, least: 70, most: 74, digits: 1 },
] as const
const STAGES = ['AsleepCore', 'AsleepDeep', 'AsleepCore', 'AsleepREM', 'Awake', 'AsleepCore', 'AsleepREM']
/** XML of one day, measured: from the bytes that are wanted follow the days. */
const BYTES_A_DAY = 607_000
const FIRST_DAY = Date.UTC(2016, 0, 1) / 1000 / DAY_S

export interface ExportOptions {
  /** About how many bytes of XML. */
  bytes: number
  seed?: number
}
/** `export.xml`, in pieces of some 64 KB. */
export async function* appleExport({ bytes, seed = 1 }: ExportOptions): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  const dice = new Dice(`export/${seed}`)
  let text = ''
  for (const part of partsOf(Math.max(1, Math.round(bytes / BYTES_A_DAY)), () => dice.next())) {
    text += part
    if (text.length < 65_536) continue
    yield encoder.encode(text)
    text = ''
  }
  yield encoder.encode(text)
}

function* partsOf(days: number, next: () => number): Generator<string> {
  yield `<?xml version="1.0" encoding="UTF-8"?>\n${DOCTYPE}<HealthData locale="en_US">\n <ExportDate value="${time(FIRST_DAY + days, 0)}"/>\n`
  yield ' <Me HKCharacteristicTypeIdentifierDateOfBirth="1984-05-06" HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexFemale" HKCharacteristicTypeIdentifierBloodType="HKBloodTypeNotSet" HKCharacteristicTypeIdentifierFitzpatrickSkinType="HKFitzpatrickSkinTypeNotSet" HKCharacteristicTypeIdentifierCardioFitnessMedicationsUse="None"/>\n'
  for (const kind of KINDS) for (let day = 0; day < days; day++) yield* readings(kind, FIRST_DAY + day, next)
  for (let day = 0; day < days; day++) yield* night(FIRST_DAY + day, next)
  for (let day = 0; day < days; day += 2) yield workout(FIRST_DAY + day, next)
  for (let day = 0; day < days; day++)
    yield ` <ActivitySummary dateComponents="${date(FIRST_DAY + day)}" activeEnergyBurned="${(300 + next() * 500).toFixed(3)}" activeEnergyBurnedGoal="600" activeEnergyBurnedUnit="kcal" appleMoveTime="0" appleMoveTimeGoal="0" appleExerciseTime="${Math.round(next() * 90)}" appleExerciseTimeGoal="30" appleStandHours="${Math.round(6 + next() * 10)}" appleStandHoursGoal="12"/>\n`
  yield '</HealthData>\n'
}

function* readings(kind: (typeof KINDS)[number], day: number, next: () => number): Generator<string> {
  const { type, unit, device, aDay, seconds, least, most, digits } = kind
  const step = Math.floor((DAY_S - 1000) / aDay)
  for (let i = 0; i < aDay; i++) {
    const start = i * step + Math.floor(next() * Math.max(1, step - seconds))
    const value = (least + next() * (most - least)).toFixed(digits)
    const head = ` <Record type="HKQuantityTypeIdentifier${type}" ${SOURCES[device]} unit="${unit}" creationDate="${time(day, start + seconds + 5)}" startDate="${time(day, start)}" endDate="${time(day, start + seconds)}" value="${value}"`
    yield type === 'HeartRate'
      ? `${head}>\n  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="${i % 3}"/>\n </Record>\n`
      : `${head}/>\n`
  }
}
function* night(day: number, next: () => number): Generator<string> {
  let at = 22.5 * 3600 + Math.floor(next() * 3600)
  for (let i = 0; i < 24; i++) {
    const seconds = 300 + Math.floor(next() * 1800)
    yield ` <Record type="HKCategoryTypeIdentifierSleepAnalysis" ${SOURCES.watch} creationDate="${time(day, 33 * 3600)}" startDate="${time(day, at)}" endDate="${time(day, at + seconds)}" value="HKCategoryValueSleepAnalysis${STAGES[i % STAGES.length]}">\n  <MetadataEntry key="HKTimeZone" value="America/New_York"/>\n </Record>\n`
    at += seconds
  }
}
function workout(day: number, next: () => number): string {
  const [start, minutes] = [7 * 3600, 20 + Math.floor(next() * 60)]
  const span = `startDate="${time(day, start)}" endDate="${time(day, start + minutes * 60)}"`
  return ` <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="${minutes}" durationUnit="min" ${SOURCES.watch} creationDate="${time(day, start + minutes * 60)}" ${span}>
  <MetadataEntry key="HKIndoorWorkout" value="0"/>
  <MetadataEntry key="HKTimeZone" value="America/New_York"/>
  <WorkoutEvent type="HKWorkoutEventTypeSegment" date="${time(day, start)}" duration="${minutes}" durationUnit="min"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierActiveEnergyBurned" ${span} sum="${(minutes * 11).toFixed(3)}" unit="kcal"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" ${span} sum="${(minutes / 6).toFixed(5)}" unit="km"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierHeartRate" ${span} average="${Math.round(130 + next() * 25)}" minimum="92" maximum="171" unit="count/min"/>
 </Workout>\n`
}

const device = (name: string, model: string, hardware: string, software: string) =>
  `sourceVersion="${software}" device="&lt;&lt;HKDevice: 0x28${hardware.length}a458${model.length}0&gt;, name:${name}, manufacturer:Apple Inc., model:${model}, hardware:${hardware}, software:${software}&gt;"`
const SOURCES = {
  watch: `sourceName="Ada’s Apple Watch" ${device('Apple Watch', 'Watch', 'Watch6,2', '9.6.3')}`,
  phone: `sourceName="Ada’s iPhone" ${device('iPhone', 'iPhone', 'iPhone13,3', '16.6')}`,
  app: 'sourceName="Scale" sourceVersion="5.2"',
}
/** The app tells all times in the zone of the phone that exports, here an hour behind in winter. */
const date = (day: number): string => new Date(day * DAY_S * 1000).toISOString().slice(0, 10)
function time(day: number, second: number): string {
  const at = new Date((day * DAY_S + second) * 1000).toISOString()
  return `${at.slice(0, 10)} ${at.slice(11, 19)} -0500`
}
