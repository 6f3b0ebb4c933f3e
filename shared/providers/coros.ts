import { activityType, activityTypes } from '../source/activity-types.ts'
import { clock } from '../source/clocks.ts'
import { defineProvider, oauth2, type Plan } from '../source/define.ts'
import { into, resource } from '../source/map.ts'
import { offset } from '../source/offsets.ts'
import { session } from '../source/places.ts'
import { constant, number, text } from '../source/readers.ts'

const API = 'https://open.coros.com'
/** Offsets are told in quarters of an hour: 32 is eight hours. */
const at = (name: string) => clock(`${name}Time`, 's', offset(`${name}Timezone`, 'quarters'))
const END = clock('endTime', 's', offset('endTimezone', 'quarters'))
const TYPES = activityTypes('1=9 8=8,20 35=16 65=21 67=19 80=23 82=10 123=18 130=14 143=22 149=15 151=13')
const WINDOW: Plan[] = [{ pull: 'sports', span: { from: 'from', to: 'to' } }]

/** For approved partners; asked by days, the token and the user's id being in the query. */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'coros', resource: 'COROS', name: 'COROS', category: 'training', origins: [API, 'https://opentest.coros.com'],
  auth: oauth2({
    authorize: 'https://{host}/oauth2/authorize', token: 'https://{host}/oauth2/accesstoken', refreshRotates: false, identity: { path: 'openId' },
    extension: { url: 'https://{host}/oauth2/refresh-token', seconds: 30 * 86_400 },
  }),
  beta: 'the addresses, the fields, the codes of errors and the numbers of sports, whose documentation is for partners alone',
  facts: { host: { value: 'open.coros.com', about: 'Host that the app is for: open.coros.com, or that of the tests' } },
  connected: { historyDays: 30 },
  pulls: {
    sports: {
      request: {
        method: 'GET', url: 'https://{host}/v2/coros/sport/list', query: { token: '{access_token}', openId: '{provider_user_id}' }, as: 'app',
      },
      window: { start: 'startDate', end: 'endDate', style: 'compact', maxDays: 29 },
      items: 'data',
    },
  },
  notices: { connected: WINDOW, poll: WINDOW },
  polling: { notice: 'poll', everyMinutes: 60, overlapHours: 48 },
  // Errors come with the status 200.
  answers: { code: 'result', ok: ['0000'], unauthorized: ['1019'] },
  maps: {
    sports: resource('data', [
      into('activity', session({ id: 'labelId', start: at('start'), end: END }), {
        metadata: { type: activityType('mode', TYPES), upload_type: constant(1) },
        distance_data: { summary: { distance_meters: number('distance') } },
        device_data: { manufacturer: constant('COROS'), name: text('deviceName') },
      }),
    ]),
  },
  omits: {
    '*': {
      subMode: 'numbers that are not documented', fitUrl: 'the file of which this is the summary', '/result /message': 'of the answer',
      'calorie avgSpeed avgFrequency step duration triathlonItemList.**': 'units that are not documented',
    },
  },
})
