import type { NutritionMicros } from '../schema/nutrition.ts'
import { defineProvider, oauth2 } from '../source/define.ts'
import { into, resource } from '../source/map.ts'
import { day, profile } from '../source/places.ts'
import type { Item } from '../source/reader.ts'
import { constant, date, integer, itsStart, numeric, orElse, table, text, when } from '../source/readers.ts'
import { one } from '../source/samples.ts'
import { compile } from '../source/tree.ts'
import { quantity, unitAt } from '../source/units.ts'

const API = 'https://api.myfitnesspal.com'
const ENERGY = { calories: 'kcal', kilocalories: 'kcal', kilojoules: 'kJ' } as const
const MEALS = { Breakfast: 1, Lunch: 3, Dinner: 5, Snacks: 6 } as const
const of = (name: string) => numeric(`nutritional_contents.${name}`)
const isWeight = (item: Item) => /^weight$/i.test(String(item.measurement_type ?? item.type))

/** A diary of food: notified by a list of items, each with the address where it is (https://myfitnesspalapi.com/docs). */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'myfitnesspal', resource: 'MYFITNESSPAL', name: 'MyFitnessPal', category: 'nutrition', origins: [API],
  auth: oauth2({
    authorize: `${API}/v2/oauth2/auth`, token: `${API}/v2/oauth2/token`, scopes: ['diary', 'measurements', 'private-exercises', 'subscriptions'],
    identity: { path: 'user_id' },
    revoke: { method: 'POST', url: `${API}/v2/oauth2/revoke`, form: { token: '{access_token}', client_id: '{client_id}', client_secret: '{client_secret}' }, as: 'app' },
  }),
  headers: { 'mfp-client-id': '{client_id}', 'mfp-user-id': '{provider_user_id}' },
  beta: 'Partners only: of its payloads only the notification was seen; what an item holds is as its documentation describes it. Nothing can be asked by date: there is no history, and no look for what was not told.',
  connected: {
    historyDays: 0,
    subscribe: {
      per: 'user', fine: [409], each: { item_type: ['measurements', 'diary_meal', 'user_info'] },
      request: { method: 'POST', url: `${API}/v2/subscription`, json: { item_type: '{item_type}', callback_url: '{callback_url}' }, as: 'user' },
    },
  },
  webhook: {
    handshake: { kind: 'none' }, verify: { kind: 'secret-path', headers: [] }, body: 'json',
    shape: { kind: 'list', items: '', owner: 'user_id', resource: 'item_type' }, kind: 'ping', link: 'item_url', ok: 202,
  },
  pulls: {},
  notices: {},
  omits: {
    '*': {
      id: 'where it is filed', type: 'which item it is', updated_at: 'when it was filed', 'nutritional_contents.vitamin_*': 'in percent of a daily value',
      'nutritional_contents.calcium': 'in percent of a daily value', 'nutritional_contents.iron': 'in percent of a daily value',
    },
    diary_exercise: { '**': 'an estimate of energy by name, without a time' },
  },
  maps: {
    measurements: resource('item[]', [
      into('body', day({ date: 'date', slice: 'id' }), {
        measurements_data: {
          measurements: one({ measurement_time: itsStart, weight_kg: when(isWeight, quantity('value', unitAt('unit', { pounds: 'lb', kilograms: 'kg' }), 'kg')) }),
        },
      }),
    ]),
    diary_meal: resource('item[]', [
      into('nutrition', day({ date: 'date', slice: 'diary_meal' }), {
        // An item is one meal of the day: they come one by one, so that nobody has their sum.
        meals: one({
          id: text('id'), name: text('diary_meal'), timestamp: itsStart, type: orElse(table('diary_meal', MEALS, 0), 0),
          quantity: { unit: constant(0), amount: constant(1) },
          macros: {
            calories: quantity('nutritional_contents.energy.value', unitAt('nutritional_contents.energy.unit', ENERGY), 'kcal'),
            carbohydrates_g: of('carbohydrates'), protein_g: of('protein'), fat_g: of('fat'), saturated_fat_g: of('saturated_fat'),
            cholesterol_mg: of('cholesterol'), sodium_mg: of('sodium'), fiber_g: of('fiber'), sugar_g: of('sugar'),
          },
          micros: orElse(compile<NutritionMicros>({ potassium_mg: of('potassium') }), {}),
        }, ['id', 'name', 'macros']),
      }),
    ]),
    diary_exercise: resource('', []),
    user_info: resource('item[]', [
      into('athlete', profile, {
        age: integer('age'), country: text('country_code'), date_of_birth: date('birthdate'), gender: text('sex'), provider_user_id: text('user_id'),
      }),
    ]),
  },
})
