import { clock, told } from '../source/clocks.ts'
import { defineProvider, oauth2, type Pull } from '../source/define.ts'
import { gatherByDay } from '../source/gather.ts'
import { into, resource } from '../source/map.ts'
import { offset } from '../source/offsets.ts'
import { day, session } from '../source/places.ts'
import type { Item } from '../source/reader.ts'
import { constant, number, odd, orElse, sum, table, text } from '../source/readers.ts'
import { list, one } from '../source/samples.ts'
import { quantity, unitAt } from '../source/units.ts'

const API = 'https://api.tidepool.org'
const REALM = 'https://auth.tidepool.org/realms/{realm}/protocol/openid-connect'
/** `time` is UTC; the offset is in minutes, where the device or its upload knew one. */
const at = (path = '') => clock(`${path}time`, 'iso', offset(`${path}timezoneOffset`, 'min'))
const WHEN = told(at())
const DAY = day({ moment: at(), slice: 'id' })
/** Kept in mmol/L, by this factor, whatever was sent: https://tidepool.redocly.app/docs/device-data/units. */
const MG_PER_MMOL = 18.01559
const GLUCOSE = odd(['value', 'units'], ({ value, units }: Item) =>
  typeof value !== 'number' ? undefined : /^mg\/dl$/i.test(units) ? value : Number((value * MG_PER_MMOL).toFixed(3)),
)
const MEALS = { breakfast: 1, lunch: 3, dinner: 5, snack: 6 } as const
const ENERGY = unitAt('energy.units', { calories: 'cal' })

const data = (types: string): Pull => ({
  request: { method: 'GET', url: `${API}/data/{provider_user_id}`, query: { type: types }, as: 'user' },
  window: { start: 'startDate', end: 'endDate', style: 'iso-utc', maxDays: 30 },
})
const PULLS = { glucose: 'cbg,smbg', insulin: 'bolus', food: 'food', wizard: 'wizard', activity: 'physicalActivity' }
const ALL = Object.keys(PULLS).map((pull) => ({ pull, span: { from: 'from', to: 'to' } }))
const meal = (carbs: string) => ({
  id: orElse(text('id'), ''),
  timestamp: orElse(WHEN, ''),
  name: orElse(text('name'), ''),
  type: orElse(table('meal', MEALS), 0),
  quantity: { amount: constant(1), unit: constant(10) },
  micros: constant({}),
  macros: {
    carbohydrates_g: number(carbs),
    protein_g: number('nutrition.protein.total'),
    fat_g: number('nutrition.fat.total'),
    calories: quantity('nutrition.energy.value', unitAt('nutrition.energy.units', { calories: 'cal' }), 'kcal'),
  },
})

/** Diabetes devices of many makers, as people upload them. */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'tidepool', resource: 'TIDEPOOL', name: 'Tidepool', category: 'glucose', origins: [API, 'https://auth.tidepool.org'],
  beta: 'The older sign-in was announced to end: the realm and the header of the newer one are from its open clients.',
  facts: { realm: { value: 'tidepool', about: 'Realm of the sign-in at auth.tidepool.org that the client is registered in' } },
  auth: oauth2({
    authorize: `${REALM}/auth`, token: `${REALM}/token`, pkce: true, scopes: ['openid', 'offline_access'],
    identity: { path: 'userid', request: { method: 'GET', url: `${API}/auth/user`, as: 'user' } },
  }),
  headers: { 'x-tidepool-session-token': '{access_token}' },
  connected: { historyDays: 30 },
  pulls: Object.fromEntries(Object.entries(PULLS).map(([name, types]) => [name, data(types)])),
  notices: { connected: ALL, poll: ALL },
  // Devices are uploaded days later.
  polling: { notice: 'poll', everyMinutes: 60, overlapHours: 72 },
  maps: {
    glucose: resource('', [
      into('body', day({ moment: at('slices.0.'), slices: true }), {
        glucose_data: { blood_glucose_samples: list('slices', { timestamp: WHEN, blood_glucose_mg_per_dL: GLUCOSE }) },
      }),
    ], { gather: gatherByDay({ start: at(), where: ({ value }) => typeof value === 'number' }) }),
    insulin: resource('', [
      into('body', DAY, {
        measurements_data: {
          // What was given: an extended part is told beside the one at once.
          measurements: one({ measurement_time: WHEN, insulin_units: sum('normal', 'extended'), insulin_type: text('insulinFormulation.simple.actingType') }),
        },
      }),
    ]),
    food: resource('', [into('nutrition', DAY, { meals: one(meal('nutrition.carbohydrate.net')) }, { when: ({ nutrition }) => nutrition != null })]),
    // What a pump's calculator was told of a meal.
    wizard: resource('', [into('nutrition', DAY, { meals: one(meal('carbInput')) }, { when: ({ carbInput }) => carbInput > 0 })]),
    activity: resource('', [
      into('activity', session({ id: 'id', start: at(), length: quantity('duration.value', unitAt('duration.units'), 's') }), {
        metadata: { name: text('name'), type: constant(4), upload_type: constant(0) },
        calories_data: { total_burned_calories: quantity('energy.value', ENERGY, 'kcal') },
        distance_data: { summary: { distance_meters: quantity('distance.value', unitAt('distance.units'), 'm') } },
      }, { when: ({ duration }) => duration != null }),
    ]),
  },
})
