import { between } from './double.ts'

const time = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00`

/** What Fitbit holds of an account's day, in the shapes of its reference (https://dev.fitbit.com/build/reference/web-api/). */
export function fitbitDay(account: string, day: string) {
  const n = (name: string, low: number, high: number, i = 0) => between(low, high, account, day, name, i)
  const id = n('id', 1_000_000_000, 9_000_000_000)
  const zones = [
    { caloriesOut: 1_400, max: 94, min: 30, minutes: n('out', 900, 1_200), name: 'Out of Range' },
    { caloriesOut: 240.5, max: 132, min: 94, minutes: n('fat-burn', 20, 90), name: 'Fat Burn' },
    { caloriesOut: 90, max: 160, min: 132, minutes: n('cardio', 0, 30), name: 'Cardio' },
    { caloriesOut: 0, max: 220, min: 160, minutes: 0, name: 'Peak' },
  ]
  const steps = n('steps', 4_000, 14_000)
  const minutes = <T extends object>(value: (i: number) => T) => ({
    dataset: Array.from({ length: 96 }, (_, i) => ({ time: time(i * 15), ...value(i) })),
    datasetInterval: 1,
    datasetType: 'minute',
  })
  const heart = {
    dateTime: day,
    value: { customHeartRateZones: [], heartRateZones: zones, restingHeartRate: n('rest', 48, 62) },
  }
  const ofDay = (value: unknown) => ({ dateTime: day, value })
  const within: Record<string, object> = {
    activities: {
      activities: [],
      goals: { steps: 10_000 },
      summary: {
        caloriesBMR: 1_500,
        caloriesOut: n('out', 1_900, 2_800),
        activityCalories: 799,
        marginalCalories: 522,
        distances: [
          { activity: 'total', distance: n('distance', 30, 110) / 10 },
          { activity: 'tracker', distance: 1 },
        ],
        elevation: 24.38,
        fairlyActiveMinutes: n('fairly', 5, 60),
        floors: n('floors', 0, 20),
        lightlyActiveMinutes: n('lightly', 90, 240),
        restingHeartRate: n('rest', 48, 62),
        sedentaryMinutes: n('sedentary', 600, 900),
        steps,
        veryActiveMinutes: n('very', 0, 60),
      },
    },
    'activities/heart/1d/1min': {
      'activities-heart': [heart],
      'activities-heart-intraday': minutes((i) => ({ value: n('hr', 48, 120, i) })),
    },
    'activities/steps/1d/1min': {
      'activities-steps': [ofDay(String(steps))],
      'activities-steps-intraday': minutes((i) => ({ value: n('minute', 0, 120, i) })),
    },
    'activities/calories/1d/1min': {
      'activities-calories': [ofDay('2150')],
      'activities-calories-intraday': minutes((i) => ({ level: n('level', 0, 3, i), mets: 10, value: 1.19 })),
    },
    'foods/log': {
      foods: [
        {
          isFavorite: false,
          logDate: day,
          logId: id,
          loggedFood: {
            amount: 1.5,
            calories: 150,
            mealTypeId: 1,
            name: 'Apple',
            unit: { id: 91, name: 'cup', plural: 'cups' },
          },
          nutritionalValues: { calories: 150, carbs: 20.5, fat: 0.5, fiber: 3, protein: 1, sodium: 5 },
        },
      ],
      goals: { calories: 2_000 },
      summary: { calories: 150, carbs: 20.5, fat: 0.5, fiber: 3, protein: 1, sodium: 5, water: 500 },
    },
  }
  const series: Record<string, object[]> = {
    'activities/steps': [ofDay(String(steps))],
    'activities/heart': [heart],
    sleep: [nightOf(day, id, n)],
    hrv: [ofDay({ dailyRmssd: n('rmssd', 200, 900) / 10, deepRmssd: 31.5 })],
    'hrv/all': [
      {
        dateTime: day,
        minutes: [{ minute: `${day}T02:05:00.000`, value: { rmssd: 26.6, coverage: 0.9, hf: 126.5, lf: 217.3 } }],
      },
    ],
    br: [ofDay({ breathingRate: n('breaths', 120, 170) / 10 })],
    'temp/skin': [
      { dateTime: day, value: { nightlyRelative: n('skin', -9, 9) / 10 }, logType: 'dedicated_temp_sensor' },
    ],
    'temp/core': [{ dateTime: `${day}T08:00:00`, value: 36.6 }],
    'spo2/all': [{ dateTime: day, minutes: [{ value: n('spo2', 94, 99), minute: `${day}T03:00:00` }] }],
    cardioscore: [ofDay({ vo2Max: '44-48' })],
    'body/log/weight': [
      { bmi: 23.5, date: day, logId: id, source: 'Aria', time: '07:30:00', weight: n('weight', 680, 740) / 10 },
    ],
    'body/log/fat': [{ date: day, fat: 14.2, logId: id, source: 'Aria', time: '07:30:00' }],
    'foods/log/caloriesIn': [ofDay('150')],
    'foods/log/water': [ofDay('500.0')],
  }
  const ecg = {
    startTime: `${day}T09:00:00.000`,
    averageHeartRate: 62,
    resultClassification: 'Normal Sinus Rhythm',
    waveformSamples: [130, 176, 252],
    samplingFrequencyHz: 250,
    scalingFactor: 10_922,
    deviceName: 'Sense',
    firmwareVersion: '1.2.3',
  }
  return { within, series, ecg, activities: [runOf(day, id, n, zones)] }
}
type Pick1 = (name: string, low: number, high: number, i?: number) => number

const nightOf = (day: string, logId: number, n: Pick1) => ({
  dateOfSleep: day,
  duration: 27_000_000,
  efficiency: n('efficiency', 85, 98),
  endTime: `${day}T07:30:00.000`,
  infoCode: 0,
  isMainSleep: true,
  levels: {
    data: [
      { dateTime: `${day}T00:00:00.000`, level: 'light', seconds: 9_000 },
      { dateTime: `${day}T02:30:00.000`, level: 'deep', seconds: 9_000 },
      { dateTime: `${day}T05:00:00.000`, level: 'rem', seconds: 9_000 },
    ],
    shortData: [{ dateTime: `${day}T01:00:00.000`, level: 'wake', seconds: 60 }],
    summary: {
      deep: { count: 3, minutes: 150 },
      light: { count: 9, minutes: 149 },
      rem: { count: 4, minutes: 150 },
      wake: { count: 1, minutes: 1 },
    },
  },
  logId,
  logType: 'auto_detected',
  minutesAfterWakeup: 0,
  minutesAsleep: 449,
  minutesAwake: 1,
  minutesToFallAsleep: 0,
  startTime: `${day}T00:00:00.000`,
  timeInBed: 450,
  type: 'stages',
})
const runOf = (day: string, logId: number, n: Pick1, heartRateZones: object[]) => ({
  activeDuration: 1_800_000,
  activityName: 'Run',
  activityTypeId: 90_009,
  averageHeartRate: n('run-hr', 120, 160),
  calories: n('run-kcal', 250, 400),
  distance: 5.2,
  distanceUnit: 'Kilometer',
  duration: 1_860_000,
  elevationGain: 12,
  heartRateZones,
  logId,
  logType: 'auto_detected',
  pace: 346.2,
  source: { id: 'x', name: 'Charge 6', type: 'tracker' },
  speed: 10.4,
  startTime: `${day}T17:00:00.000+02:00`,
  steps: 5_100,
})
