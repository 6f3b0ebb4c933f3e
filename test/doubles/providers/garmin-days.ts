import { between, dayStart } from './double.ts'

/** A day of a person in summer at UTC+2, as Garmin's summaries tell it; shapes as in its public fixtures. */
const OFFSET = 7_200
const series = (count: number, step: number, value: (i: number) => number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [String(i * step), value(i)]))

export function garminDay(account: string, day: string) {
  const midnight = dayStart(day) - OFFSET
  const n = (name: string, low: number, high: number, i = 0) => between(low, high, account, day, name, i)
  const who = { userId: account, userAccessToken: 'sandbox-token' }
  const id = (name: string) => `${account}-${day}-${name}`
  const asleep = midnight + 1_800
  const deep = n('deep', 3_600, 6_000)
  const light = n('light', 10_000, 13_000)
  const rem = n('rem', 3_600, 6_000)
  const activityId = 1_000_000_000 + n('activity', 0, 900_000_000)
  return {
    dailies: [
      {
        ...who,
        summaryId: id('daily'),
        calendarDate: day,
        activityType: 'GENERIC',
        activeKilocalories: n('kcal', 300, 900),
        bmrKilocalories: 1_731,
        consumedCalories: n('eaten', 1_600, 2_600),
        steps: n('steps', 4_000, 14_000),
        distanceInMeters: n('distance', 3_000, 11_000),
        durationInSeconds: 86_400,
        activeTimeInSeconds: n('active', 4_000, 12_000),
        startTimeInSeconds: midnight,
        startTimeOffsetInSeconds: OFFSET,
        moderateIntensityDurationInSeconds: n('moderate', 600, 3_600),
        vigorousIntensityDurationInSeconds: n('vigorous', 0, 1_800),
        floorsClimbed: n('floors', 2, 18),
        minHeartRateInBeatsPerMinute: n('min', 44, 52),
        averageHeartRateInBeatsPerMinute: 64,
        maxHeartRateInBeatsPerMinute: n('max', 130, 170),
        restingHeartRateInBeatsPerMinute: n('rest', 48, 56),
        timeOffsetHeartRateSamples: series(240, 360, (i) => n('hr', 48, 130, i)),
        averageStressLevel: n('stress', 20, 45),
        maxStressLevel: 90,
        stressDurationInSeconds: 12_240,
        restStressDurationInSeconds: 30_120,
        stepsGoal: 9_000,
        floorsClimbedGoal: 10,
      },
    ],
    sleeps: [
      {
        ...who,
        summaryId: id('sleep'),
        calendarDate: day,
        startTimeInSeconds: asleep,
        startTimeOffsetInSeconds: OFFSET,
        durationInSeconds: deep + light + rem,
        unmeasurableSleepInSeconds: 0,
        deepSleepDurationInSeconds: deep,
        lightSleepDurationInSeconds: light,
        remSleepInSeconds: rem,
        awakeDurationInSeconds: 0,
        sleepLevelsMap: {
          light: [{ startTimeInSeconds: asleep, endTimeInSeconds: asleep + light }],
          deep: [{ startTimeInSeconds: asleep + light, endTimeInSeconds: asleep + light + deep }],
          rem: [{ startTimeInSeconds: asleep + light + deep, endTimeInSeconds: asleep + light + deep + rem }],
        },
        validation: 'ENHANCED_FINAL',
        timeOffsetSleepRespiration: series(120, 180, (i) => n('breath', 11, 17, i)),
        timeOffsetSleepSpo2: series(120, 180, (i) => n('spo2', 93, 99, i)),
      },
    ],
    stressDetails: [
      {
        ...who,
        summaryId: id('stress'),
        calendarDate: day,
        startTimeInSeconds: midnight,
        startTimeOffsetInSeconds: OFFSET,
        durationInSeconds: 86_400,
        maxStressLevel: 90,
        averageStressLevel: n('stress', 20, 45),
        timeOffsetStressLevelValues: series(240, 360, (i) => (i % 17 === 0 ? -1 : n('level', 5, 90, i))),
        timeOffsetBodyBatteryValues: series(96, 900, (i) => n('battery', 10, 95, i)),
      },
    ],
    activityDetails: [
      {
        ...who,
        summaryId: `${activityId}-detail`,
        activityId,
        summary: {
          activityName: 'Morning run',
          durationInSeconds: 1_789,
          startTimeInSeconds: midnight + 25_200,
          startTimeOffsetInSeconds: OFFSET,
          activityType: 'RUNNING',
          averageHeartRateInBeatsPerMinute: 144,
          averageSpeedInMetersPerSecond: 2.781,
          activeKilocalories: n('run', 280, 420),
          deviceName: 'forerunner935',
          distanceInMeters: n('run-distance', 4_000, 6_000),
          maxHeartRateInBeatsPerMinute: 171,
          steps: 5_022,
          totalElevationGainInMeters: 16,
        },
        samples: Array.from({ length: 60 }, (_, i) => ({
          startTimeInSeconds: midnight + 25_200 + i * 30,
          latitudeInDegree: 51.05 + i * 0.0004,
          longitudeInDegree: 4.47 + i * 0.0006,
          elevationInMeters: 20 + (i % 9),
          heartRate: n('run-hr', 120, 170, i),
          speedMetersPerSecond: 2.5 + (i % 7) / 10,
          totalDistanceInMeters: i * 83,
          timerDurationInSeconds: i * 30,
          clockDurationInSeconds: i * 30,
          movingDurationInSeconds: i * 30,
        })),
      },
    ],
    bodyComps: [
      {
        ...who,
        summaryId: id('body'),
        measurementTimeInSeconds: midnight + 24_000,
        measurementTimeOffsetInSeconds: OFFSET,
        weightInGrams: n('weight', 70_000, 74_000),
        bodyFatInPercent: n('fat', 15, 19),
        bodyMassIndex: 22.4,
        muscleMassInGrams: 33_000,
        boneMassInGrams: 3_200,
        bodyWaterInPercent: 58,
      },
    ],
    bloodPressures: [
      {
        ...who,
        summaryId: id('pressure'),
        measurementTimeInSeconds: midnight + 24_600,
        measurementTimeOffsetInSeconds: OFFSET,
        systolic: n('sys', 108, 126),
        diastolic: n('dia', 68, 82),
        pulse: 60,
        sourceType: 'MANUAL',
      },
    ],
    mct: [
      {
        ...who,
        summaryId: id('cycle'),
        periodStartDate: day,
        dayInCycle: 1,
        periodLength: 5,
        currentPhase: 1,
        currentPhaseType: 'MENSTRUAL',
        lengthOfCurrentPhase: 5,
        daysUntilNextPhase: 5,
        predictedCycleLength: 28,
        isPredictedCycle: false,
        cycleLength: 28,
        lastUpdatedAt: midnight + 25_000,
        calendarDate: day,
      },
    ],
  }
}
