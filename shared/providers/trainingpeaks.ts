import { activityType, activityTypes } from '../source/activity-types.ts'
import { clock } from '../source/clocks.ts'
import { defineProvider, oauth2, type Window } from '../source/define.ts'
import { duration } from '../source/durations.ts'
import { into, resource } from '../source/map.ts'
import { day, profile, session } from '../source/places.ts'
import type { Item } from '../source/reader.ts'
import { constant, itsStart, number, text } from '../source/readers.ts'
import { one } from '../source/samples.ts'

const API = 'https://api.trainingpeaks.com'
const SIGN_IN = 'https://oauth.trainingpeaks.com'
const SPAN = { from: 'from', to: 'to' }
const IN_PATH: Window = { start: 'start', end: 'end', style: 'date', maxDays: 45, in: 'values' }
// biome-ignore format: a table reads better in rows.
const TYPES = activityTypes(`1=BIKE 7=WALK 8=RUN 15=MTNBIKE 53=ROWING 67=XCSKI 80=STRENGTH 82=SWIM 108=CUSTOM,CROSSTRAIN,RACE,DAYOFF 151=BRICK`)
/** What is only planned is no activity. */
const isDone = (item: Item) => item.IsItAnActivity === true && item.StartTime != null
const LOCAL = (path: string) => clock(path, 'local-iso')

/** A calendar of training: planned and done; asked by the clock (https://github.com/TrainingPeaks/PartnersAPI/wiki). */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'trainingpeaks', resource: 'TRAININGPEAKS', name: 'TrainingPeaks', category: 'training', origins: [API, SIGN_IN],
  // No call revokes a token: people do it in their settings.
  auth: oauth2({
    authorize: `${SIGN_IN}/OAuth/Authorize`, token: `${SIGN_IN}/oauth/token`, scopes: ['athlete:profile', 'workouts:read', 'metrics:read', 'nutrition:read'],
    identity: { path: 'Id', request: { method: 'GET', url: `${API}/v1/athlete/profile`, as: 'user' } },
  }),
  beta: 'Partners only, and no payload was seen: shapes are as a description of its documentation tells them, hours as the unit of TotalTime among them. Its webhooks are not described: it is asked by the clock.',
  connected: { historyDays: 45 },
  polling: { notice: 'poll', everyMinutes: 120, overlapHours: 72 },
  pulls: {
    profile: { request: { method: 'GET', url: `${API}/v1/athlete/profile`, as: 'user' } },
    workouts: { request: { method: 'GET', url: `${API}/v2/workouts/{start}/{end}`, as: 'user' }, window: IN_PATH, items: '' },
    // Later changes of older days.
    changed: {
      request: { method: 'GET', url: `${API}/v2/workouts/changed`, as: 'user' }, resource: 'workouts', window: { start: 'date', style: 'iso-utc' },
      items: 'Modified|modified', nothing: [403],
    },
    metrics: { request: { method: 'GET', url: `${API}/v2/metrics/{start}/{end}`, as: 'user' }, window: IN_PATH, items: '', nothing: [403] },
    nutrition: {
      request: { method: 'GET', url: `${API}/v1/athletes/{provider_user_id}/nutrition`, as: 'user' }, items: '', nothing: [403],
      window: { start: 'startDate', end: 'endDate', style: 'date' },
    },
  },
  notices: {
    connected: [{ pull: 'profile' }, ...['workouts', 'metrics', 'nutrition'].map((pull) => ({ pull, span: SPAN }))],
    poll: ['workouts', 'changed', 'metrics', 'nutrition'].map((pull) => ({ pull, span: SPAN })),
  },
  omits: {
    workouts: { '*': 'what was planned, how it is filed, and what was planned of it', 'Structure.**': 'what was planned', 'WorkoutFileFormats.**': 'files of what was planned' },
    metrics: { Hrv: 'it does not say which kind of variability', SleepHours: 'a length without a time is no sleep', '*': 'how the person felt, on a scale of their own' },
    profile: { '*': 'how the person set up their account' },
    nutrition: { AthleteId: 'who it is of' },
  },
  maps: {
    profile: resource('', [
      into('athlete', profile, { first_name: text('FirstName'), last_name: text('LastName'), email: text('Email'), provider_user_id: text('Id') }),
    ]),
    workouts: resource('Modified|modified', [
      into(
        'activity', session({ id: 'Id', start: LOCAL('StartTime'), length: duration('TotalTime', 'h') }),
        {
          metadata: { name: text('Title'), type: activityType('WorkoutType', TYPES), upload_type: constant(0) },
          active_durations_data: { activity_seconds: duration('TotalTime', 'h') },
          calories_data: { total_burned_calories: number('Calories', { least: 1 }) },
          distance_data: { summary: { distance_meters: number('Distance') } },
          TSS_data: {
            TSS_samples: one({
              actual: number('TssActual'), planned: number('TssPlanned'), intensity_factor_actual: number('IF'),
              normalized_power_watts: number('NormalizedPower', { least: 1 }),
            }),
          },
        },
        { when: isDone },
      ),
    ]),
    metrics: resource('', [
      into('body', day({ moment: LOCAL('Timestamp'), slice: 'Id' }), {
        measurements_data: { measurements: one({ measurement_time: itsStart, weight_kg: number('WeightInKilograms', { least: 1 }) }) },
      }),
      into('daily', day({ moment: LOCAL('Timestamp'), slice: 'Id' }), {
        metadata: { upload_type: constant(2) }, heart_rate_data: { summary: { resting_hr_bpm: number('RestingHeartRate', { least: 1 }) } },
      }),
    ]),
    nutrition: resource('', [
      into('nutrition', day({ moment: LOCAL('Date'), slice: 'Id' }), {
        summary: {
          macros: { calories: number('Calories'), carbohydrates_g: number('CarbohydratesInGrams'), protein_g: number('ProteinInGrams'), fat_g: number('FatInGrams') },
        },
      }),
    ]),
  },
})
