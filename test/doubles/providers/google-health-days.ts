import { between, dayStart } from './double.ts'

const OFFSET = 7_200
const utcOffset = `${OFFSET}s`
const dateOf = (day: string, by = 0) => {
  const [year, month, date] = new Date((dayStart(day) + by * 86_400) * 1_000)
    .toISOString()
    .slice(0, 10)
    .split('-')
    .map(Number)
  return { year, month, day: date }
}

/** Points of a type of an account's local day, as the discovery document has them: 64-bit numbers are text. */
export function points(account: string, day: string, type: string): object[] {
  const n = (name: string, low: number, high: number, i = 0) => between(low, high, account, day, name, i)
  const iso = (minute: number) =>
    `${new Date((dayStart(day) - OFFSET + minute * 60) * 1_000).toISOString().slice(0, 19)}Z`
  const span = (from: number, to: number) => ({
    startTime: iso(from),
    startUtcOffset: utcOffset,
    endTime: iso(to),
    endUtcOffset: utcOffset,
  })
  const at = (minute: number) => ({ physicalTime: iso(minute), utcOffset })
  const dataSource = { platform: 'FITBIT', recordingMethod: 'PASSIVELY_MEASURED', device: { displayName: 'Charge 6' } }
  const named = (id: string) => ({ dataPointName: `users/${account}/dataTypes/${type}/dataPoints/${day}-${id}` })
  const quarters = <T>(make: (i: number) => T): T[] => Array.from({ length: 96 }, (_, i) => make(i))
  switch (type) {
    case 'steps':
      return quarters((i) => ({
        dataSource,
        steps: { interval: span(i * 15, i * 15 + 15), count: String(n('steps', 0, 200, i)) },
      }))
    case 'distance':
      return quarters((i) => ({
        dataSource,
        distance: { interval: span(i * 15, i * 15 + 15), millimeters: String(n('mm', 0, 90_000, i)) },
      }))
    case 'heart-rate':
      return quarters((i) => ({
        dataSource,
        heartRate: { sampleTime: at(i * 15), beatsPerMinute: String(n('hr', 48, 130, i)) },
      }))
    case 'weight':
      return [{ dataSource, weight: { sampleTime: at(450), weightGrams: n('weight', 68_000, 74_000) } }]
    case 'daily-resting-heart-rate':
      return [{ dailyRestingHeartRate: { date: dateOf(day), beatsPerMinute: String(n('rest', 48, 62)) } }]
    case 'sleep':
      return [
        {
          ...named('night'),
          dataSource,
          sleep: {
            interval: span(10, 460),
            type: 'STAGES',
            metadata: { processed: true, nap: false, stagesStatus: 'SUCCEEDED' },
            stages: [
              { ...span(10, 160), type: 'LIGHT' },
              { ...span(160, 310), type: 'DEEP' },
              { ...span(310, 460), type: 'REM' },
            ],
            summary: { minutesAsleep: '450', minutesAwake: '0', minutesInSleepPeriod: '450' },
          },
        },
      ]
    case 'exercise':
      return [
        {
          ...named('run'),
          dataSource,
          exercise: {
            interval: span(1_020, 1_050),
            exerciseType: 'RUNNING',
            displayName: 'Run',
            activeDuration: '1790.500s',
            metricsSummary: {
              caloriesKcal: n('kcal', 250, 400),
              distanceMillimeters: 5_200_000,
              steps: '5100',
              averageHeartRateBeatsPerMinute: '141',
            },
          },
        },
      ]
    default:
      return []
  }
}

/** The sum of a type over a local day. */
export function sumOf(account: string, day: string, type: string): object[] {
  const n = (name: string, low: number, high: number) => between(low, high, account, day, name)
  const civil = { civilStartTime: { date: dateOf(day) }, civilEndTime: { date: dateOf(day, 1) } }
  const values: Record<string, object> = {
    steps: { steps: { countSum: String(n('total', 4_000, 14_000)) } },
    distance: { distance: { millimetersSum: String(n('total-mm', 3e6, 11e6)) } },
    'total-calories': { totalCalories: { kcalSum: n('kcal-day', 1_900, 2_700) } },
    'heart-rate': { heartRate: { beatsPerMinuteAvg: 71.5, beatsPerMinuteMax: 140, beatsPerMinuteMin: 48 } },
  }
  return values[type] ? [{ ...civil, ...values[type] }] : []
}
