import type { NutritionMacros, NutritionMicros } from '../schema/nutrition.ts'
import { defineProvider, type Pull } from '../source/define.ts'
import { into, resource } from '../source/map.ts'
import { day } from '../source/places.ts'
import { goTo, type Item, type Reader } from '../source/reader.ts'
import { constant, itsStart, numeric, orElse, table, text } from '../source/readers.ts'
import { list, one } from '../source/samples.ts'
import { sumOver } from '../source/sums.ts'
import { compile, type Tree } from '../source/tree.ts'

const API = 'https://platform.fatsecret.com'
const SIGN_IN = 'https://authentication.fatsecret.com/oauth'

// biome-ignore format: a table reads better in rows.
/** Of an entry (reference: food_entries.get v2): grams, milligrams for cholesterol and sodium, kcal. */
const MACROS = {
  calories: 'calories', carbohydrates_g: 'carbohydrate', protein_g: 'protein', fat_g: 'fat', saturated_fat_g: 'saturated_fat',
  trans_fat_g: 'trans_fat', cholesterol_mg: 'cholesterol', sodium_mg: 'sodium', fiber_g: 'fiber', sugar_g: 'sugar',
} as const
/** Vitamins, calcium and iron are left out: percentages of a daily value in one version of the call, weights in another. */
const MICROS = {
  monounsaturated_fat_g: 'monounsaturated_fat',
  polyunsaturated_fat_g: 'polyunsaturated_fat',
  potassium_mg: 'potassium',
} as const
/** JSON made from XML: no entry is an empty text, one an object, and numbers are text. */
const ENTRIES = 'food_entries.food_entry[]'
const entries = goTo(ENTRIES)
const hasEntries = (item: Item) => (entries(item) as unknown[]).length > 0

type Fields<T> = { [K in keyof T]?: string }
const each = <T>(fields: Fields<T>, read: (name: string) => Reader<number>): Tree<T> =>
  Object.fromEntries(Object.entries(fields).map(([field, name]) => [field, read(name as string)])) as Tree<T>
const ofEntry = <T extends object>(fields: Fields<T>): Reader<T> =>
  orElse(compile<T>(each(fields, (name) => numeric(name))), {} as T)
const ofDay = <T>(fields: Fields<T>): Tree<T> => each(fields, (name) => sumOver(ENTRIES, numeric(name)))

/** One address serves many methods. */
const call = (method: string): Pull['request'] => ({
  method: 'GET',
  url: `${API}/rest/server.api`,
  query: { method, format: 'json' },
  as: 'user',
})
const SINCE = { from: 'from', to: 'to' }

/**
 * A diary of food and weight, fetched by day and by month; nobody calls. A refused call is an HTTP 200 with an error in it.
 * Tokens do not run out, and no call revokes one: the user does, at FatSecret.
 */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'fatsecret', resource: 'FATSECRET', name: 'FatSecret', category: 'nutrition',
  origins: [API, 'https://authentication.fatsecret.com'],
  auth: {
    kind: 'oauth1', requestToken: `${SIGN_IN}/request_token`, authorize: `${SIGN_IN}/authorize`, accessToken: `${SIGN_IN}/access_token`,
    // Neither the token answer nor profile.get names the user. The token belongs to one profile, for good.
    identity: { path: 'oauth_token', digest: true },
  },
  connected: { historyDays: 30 },
  // 9: the token; 12: too many calls; 6 and 7: time or nonce, as where two requests overtake each other. All else is ours to mend.
  answers: { code: 'error.code', unauthorized: [9], limited: [12], limitedWaitMs: 60_000, unavailable: [6, 7] },
  pulls: {
    food_entries: { request: call('food_entries.get.v2'), window: { each: 'day', at: 'date', style: 'day-number' }, items: ENTRIES },
    weights: { request: call('weights.get_month.v2'), window: { each: 'month', at: 'date', style: 'day-number' }, items: 'month.day[]' },
  },
  notices: Object.fromEntries(['connected', 'poll'].map((notice) => [notice, [{ pull: 'food_entries', span: SINCE }, { pull: 'weights', span: SINCE }]])),
  polling: { notice: 'poll', everyMinutes: 360, overlapHours: 48 },
  omits: {
    food_entries: {
      'food_entries.food_entry.*.food_id': 'a number in its food database', 'food_entries.food_entry.*.serving_id': 'a number in its food database',
      'food_entries.food_entry.*.food_entry_description': 'the amount in words', 'food_entries.food_entry.*.vitamin*': 'in percent of a daily value or by weight: it does not say which',
      'food_entries.food_entry.*.calcium': 'in percent or by weight: it does not say which', 'food_entries.food_entry.*.iron': 'in percent or by weight: it does not say which',
    },
  },
  maps: {
    food_entries: resource('', [
      into(
        'nutrition', day({ date: `${ENTRIES}.0.date_int`, style: 'days' }),
        {
          meals: list(
            ENTRIES,
            {
              id: text('food_entry_id'), name: text('food_entry_name'),
              // An entry has a meal and no time.
              timestamp: itsStart, type: table('meal', { breakfast: 1, lunch: 3, dinner: 5 }, 0),
              // Of a serving, whose unit is only in words.
              quantity: { unit: constant(0), amount: orElse(numeric('number_of_units'), 1) },
              macros: ofEntry<NutritionMacros>(MACROS), micros: ofEntry<NutritionMicros>(MICROS),
            },
            { needs: ['id', 'name'] },
          ),
          summary: { macros: ofDay<NutritionMacros>(MACROS), micros: ofDay<NutritionMicros>(MICROS) },
        },
        { when: hasEntries },
      ),
    ]),
    weights: resource('month.day[]', [
      into('body', day({ date: 'date_int', style: 'days' }), {
        measurements_data: { measurements: one({ measurement_time: itsStart, weight_kg: numeric('weight_kg') }) },
      }),
    ]),
  },
})
