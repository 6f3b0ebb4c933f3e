/**
 * Genuine-shaped Garmin items, each with a number that comes out again in the webhook, so that landing can be matched to
 * sending without asking the product: in the activity's name, in the day's steps.
 */
export const FIRST_ID = 10_000_000
/** Finds the numbers in a webhook's body, whatever it wraps them in. */
export const MARKER = /(?:bench-|"steps":)(1\d{7})(?!\d)/g

const DAY_S = 86_400
const EPOCH_S = Date.UTC(2020, 0, 1) / 1000

export interface Push {
  body: string
  /** Numbers of the items, from 0. */
  items: number[]
}

/** One push. `owner(i)`: whose item it is; its items have numbers from `first`. */
export function push(first: number, count: number, connections: string[], together: boolean): Push {
  const activityDetails: object[] = []
  const dailies: object[] = []
  const items: number[] = []
  for (let i = first; i < first + count; i++) {
    items.push(i)
    // `together`: all items of the push belong to one person.
    const turn = together ? Math.floor(first / count) : i
    const userId = connections[turn % connections.length]!
    const round = together
      ? Math.floor(i / count / connections.length) * count + (i - first)
      : Math.floor(i / connections.length)
    // A person's items in one push are of one kind, so that they are one payload.
    if ((together ? turn : i) % 2 === 0) activityDetails.push(activityDetail(i, userId, round))
    else dailies.push(daily(i, userId, round))
  }
  return {
    body: JSON.stringify({
      ...(activityDetails.length > 0 ? { activityDetails } : {}),
      ...(dailies.length > 0 ? { dailies } : {}),
    }),
    items,
  }
}

/** Repeats for ever and looks like a measurement. */
const wave = (i: number, low: number, high: number) => Math.round(low + ((high - low) * (1 + Math.sin(i * 0.37))) / 2)

function activityDetail(id: number, userId: string, round: number) {
  const startTimeInSeconds = EPOCH_S + round * DAY_S + 61_200
  return {
    userId,
    userAccessToken: 'sandbox-token',
    summaryId: `${FIRST_ID + id}-detail`,
    activityId: FIRST_ID + id,
    summary: {
      activityName: `bench-${FIRST_ID + id}`,
      durationInSeconds: 1_789,
      startTimeInSeconds,
      startTimeOffsetInSeconds: -25_200,
      activityType: 'RUNNING',
      averageHeartRateInBeatsPerMinute: 144,
      averageRunCadenceInStepsPerMinute: 84,
      averageSpeedInMetersPerSecond: 2.781,
      averagePaceInMinutesPerKilometer: 5.993,
      activeKilocalories: 367,
      deviceName: 'forerunner935',
      distanceInMeters: 4_976.83,
      maxHeartRateInBeatsPerMinute: 159,
      maxRunCadenceInStepsPerMinute: 106,
      maxSpeedInMetersPerSecond: 4.152,
      startingLatitudeInDegree: 51.053232522681355,
      startingLongitudeInDegree: -114.06880217604339,
      steps: 5_022,
      totalElevationGainInMeters: 16,
      totalElevationLossInMeters: 22,
    },
    samples: Array.from({ length: 9 }, (_, i) => ({
      startTimeInSeconds: startTimeInSeconds + i * 60,
      latitudeInDegree: 51.053232522681355 + i * 0.0007,
      longitudeInDegree: -114.06880217604339 + i * 0.0011,
      elevationInMeters: 1_045 + wave(id + i, 0, 16),
      heartRate: wave(id + i, 108, 159),
      speedMetersPerSecond: wave(id + i, 1_300, 4_152) / 1_000,
      totalDistanceInMeters: i * 166.3,
      timerDurationInSeconds: i * 60,
      clockDurationInSeconds: i * 60,
      movingDurationInSeconds: i * 60,
    })),
  }
}

function daily(id: number, userId: string, round: number) {
  const startTimeInSeconds = EPOCH_S + round * DAY_S + 25_200
  return {
    userId,
    userAccessToken: 'sandbox-token',
    summaryId: `x${(FIRST_ID + id).toString(16)}-daily`,
    calendarDate: new Date((EPOCH_S + round * DAY_S) * 1000).toISOString().slice(0, 10),
    activityType: 'GENERIC',
    activeKilocalories: 321,
    bmrKilocalories: 1_731,
    steps: FIRST_ID + id,
    distanceInMeters: 9_146,
    durationInSeconds: DAY_S,
    activeTimeInSeconds: 11_040,
    startTimeInSeconds,
    startTimeOffsetInSeconds: -25_200,
    moderateIntensityDurationInSeconds: 3_600,
    vigorousIntensityDurationInSeconds: 900,
    floorsClimbed: 8,
    minHeartRateInBeatsPerMinute: 48,
    averageHeartRateInBeatsPerMinute: 64,
    maxHeartRateInBeatsPerMinute: 151,
    restingHeartRateInBeatsPerMinute: 52,
    timeOffsetHeartRateSamples: Object.fromEntries(
      Array.from({ length: 240 }, (_, i) => [String(i * 360), wave(id + i, 48, 151)]),
    ),
    averageStressLevel: 31,
    maxStressLevel: 88,
    stressDurationInSeconds: 12_240,
    restStressDurationInSeconds: 30_120,
    activityStressDurationInSeconds: 9_360,
    lowStressDurationInSeconds: 7_200,
    mediumStressDurationInSeconds: 4_140,
    highStressDurationInSeconds: 900,
    stressQualifier: 'BALANCED',
    stepsGoal: 9_000,
    intensityDurationGoalInSeconds: 9_000,
    floorsClimbedGoal: 10,
  }
}
