import { apiKey, defineProvider, type Pull } from '../source/define.ts'
import { into, resource } from '../source/map.ts'
import { exact } from '../source/numbers.ts'
import { day, iso, profile, session } from '../source/places.ts'
import { type Item, reading } from '../source/reader.ts'
import { constant, itsStart, number, odd, text } from '../source/readers.ts'
import { one } from '../source/samples.ts'

const API = 'https://api.hevyapp.com'
/** Sets of rowing and running count metres; those of the bar have none. `at`: where the workout is. */
const distance = (at: string) =>
  odd([`${at}exercises.*.sets.*.distance_meters`], (item: Item) => {
    const workout = at === '' ? item : item.workout
    const sets: Item[] = (workout?.exercises ?? []).flatMap((exercise: Item) => exercise?.sets ?? [])
    const all = sets.map((set) => set?.distance_meters).filter((metres) => typeof metres === 'number')
    return all.length === 0 ? undefined : exact(all.reduce((sum, metres) => sum + metres, 0))
  })
/** What is logged is sets of strength training; the time and the sets are the user's own entries. */
const workout = (at: string) =>
  into(
    'activity',
    session({ id: [`${at}id`, 'id'], start: iso(`${at}start_time`), end: iso(`${at}end_time`) }),
    {
      metadata: { name: text(`${at}title`), type: constant(80), upload_type: constant(2) },
      distance_data: { summary: { distance_meters: distance(at) } },
    },
    { gone: reading(['type'], ({ type }) => type === 'deleted') },
  )
/** Of a workout at `at`: all but its span, its title and its metres. */
const unread = (at: string) => ({
  [`${at}routine_id ${at}updated_at ${at}created_at ${at}is_biometrics_public`]: 'of the app, not of the body',
  [`${at}description ${at}exercises.**`]: 'no place for sets of strength training',
})
const pages = (path: string): Pick<Pull, 'request' | 'paging'> => ({
  request: { method: 'GET', url: `${API}${path}`, query: { pageSize: '10' }, as: 'user' },
  paging: { kind: 'page', to: 'page', first: 1, last: 'page_count' },
})

/** Strength training, by the key of one user; changes and deletions since a moment come as one list. */
export default defineProvider({
  slug: 'hevy',
  resource: 'HEVY',
  name: 'Hevy',
  category: 'training',
  origins: [API],
  auth: apiKey({
    header: 'api-key',
    help: {
      text: 'Hevy Pro users find their key in the settings, under Developer.',
      url: 'https://hevy.com/settings?developer',
    },
    identity: { path: 'data.id', request: { method: 'GET', url: `${API}/v1/user/info`, as: 'user' } },
  }),
  connected: { historyDays: 30 },
  pulls: {
    user: { request: { method: 'GET', url: `${API}/v1/user/info`, as: 'user' } },
    events: { ...pages('/v1/workouts/events'), window: { start: 'since', style: 'iso-utc' }, items: 'events' },
    // All of them: they have no window, and none is not found.
    body_measurements: { ...pages('/v1/body_measurements'), items: 'body_measurements', nothing: [404] },
  },
  notices: {
    connected: [{ pull: 'user' }, { pull: 'events', span: { from: 'from', to: 'to' } }, { pull: 'body_measurements' }],
    poll: [{ pull: 'events', span: { from: 'from', to: 'to' } }, { pull: 'body_measurements' }],
  },
  polling: { notice: 'poll', everyMinutes: 60, overlapHours: 1 },
  omits: {
    '*': { '/page /page_count': 'of the paging' },
    events: { ...unread('workout.'), type: 'whether it is gone', deleted_at: 'the record is gone, not its time' },
    workouts: unread(''),
    body_measurements: { '*_cm abdomen waist hips *_thigh *_calf': 'no place for tape measures' },
    user: { 'data.name data.url': 'of the network, not of the person' },
  },
  maps: {
    user: resource('', [into('athlete', profile, { provider_user_id: text('data.id') })]),
    events: workout('workout.'),
    // The list of all, which the events tell as well.
    workouts: workout(''),
    body_measurements: into('body', day({ date: 'date' }), {
      measurements_data: {
        measurements: one({
          measurement_time: itsStart,
          weight_kg: number('weight_kg'),
          lean_mass_g: number('lean_mass_kg', { times: 1000 }),
          bodyfat_percentage: number('fat_percent'),
        }),
      },
    }),
  },
})
