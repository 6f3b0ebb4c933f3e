import type { Context } from 'hono'
import { connectionObject } from '../../durable-objects/stubs.ts'
import type { Asked } from '../../durable-objects/synthetic-life.ts'
import { Fault } from '../../shared/base/fault.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { DAY_MS } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'
import { ABOUT, ANOMALIES } from '../../shared/source/people/anomalies.ts'
import { dateOf, todayOf } from '../../shared/source/people/life.ts'
import { Live, MOST_HISTORY_DAYS, type Plan } from '../../shared/source/people/plan.ts'
import { PRESETS, personOf } from '../../shared/source/people/presets.ts'
import { RESOURCES } from '../../shared/source/people/sendings.ts'
import type { ApiEnv } from '../access.ts'
import { baseUrlOf } from '../base-url.ts'
import { connectSynthetic } from '../connect/synthetic.ts'
import { workOff } from '../queues/payloads.ts'
import { inputOf } from '../read-input.ts'
import { UserId } from './params.ts'
import { type Api, route } from './route.ts'
import { connectionOf } from './user-of.ts'

const tag = 'Sandbox'
/** One call is one invocation: more days than this would not fit into its time. */
const MOST_DAYS = 31
const SandboxDate = z.iso
  .date()
  .refine((date) => date >= '2000-01-01' && date < '2100-01-01', 'the date is of a year from 2000 to 2099')
/** What was missed until now would all be sent at once. */
const MOST_MISSED_DAYS = 366
const presets = Object.entries(PRESETS).map(([name, { about }]) => `\`${name}\` (${about})`)
const anomalies = ANOMALIES.map((name) => `\`${name}\`: ${ABOUT[name]}`)

const NewPerson = z.strictObject({
  reference_id: z.string().min(1).max(512).optional().describe('Your own name of the person'),
  person: z
    .string()
    .regex(/^[\w .-]{1,64}$/, 'person is up to 64 letters, digits, spaces, dots, hyphens and underscores')
    .default('office-worker')
    .describe(
      `One that is known by name: ${presets.join(', ')}; or any other text, of which a person is made, always the same`,
    ),
  starts_on: SandboxDate.optional().describe('Their first live day; left out: today, where they live'),
  history_days: z.int().min(0).max(MOST_HISTORY_DAYS).default(30).describe('So many days before it come as a backfill'),
  live: Live.default('as_it_happens').describe(
    'How days go by: `as_it_happens`, `fast` (a day a minute), a number of payloads an hour, or `off`: only when they are advanced. What is not `as_it_happens` ends after 366 days',
  ),
  anomalies: z
    .array(z.enum(ANOMALIES))
    .default([])
    .describe(`What goes wrong, in each fortnight from the first live day on: ${anomalies.join('; ')}`),
})
const SandboxUser = z
  .object({
    user_id: z.string(),
    reference_id: z.string().nullable(),
    person: z.string(),
    name: z.string(),
    sex: z.string(),
    born: z.int().describe('Year'),
    time_zone: z.string().describe('Where they live'),
    starts_on: z.string(),
    next_day: z.string().describe('The first day that is not over'),
    history_days: z.int(),
    live: Live,
    anomalies: z.array(z.enum(ANOMALIES)),
  })
  .openapi('SandboxUser')
const EXAMPLE: z.infer<typeof SandboxUser> = {
  user_id: EXAMPLE_USER.user_id,
  reference_id: 'person-17',
  person: 'marathon-runner',
  name: 'Noor Essai',
  sex: 'female',
  born: 1993,
  time_zone: 'Europe/Berlin',
  starts_on: '2026-07-01',
  next_day: '2026-07-01',
  history_days: 30,
  live: 'off',
  anomalies: ['updates', 'illness'],
}
const Advance = z
  .strictObject({
    days: z.int().min(1).max(MOST_DAYS).optional().describe('So many days from the one that is on'),
    until: SandboxDate.optional().describe('Up to and with this day; the same call again changes nothing'),
  })
  .refine(({ days, until }) => (days === undefined) !== (until === undefined), 'give either days or until')
const Advanced = z
  .object({
    user_id: z.string(),
    from: z.string(),
    to: z.string().describe('The first day that is not over'),
    payloads: z.int(),
    odd: z
      .array(
        z.object({
          sent_on: z.string(),
          date: z.string().describe('The day that it tells of'),
          resource: z.enum(RESOURCES),
          as: z.enum(['duplicate', 'update', 'late']),
        }),
      )
      .describe('What was sent again, corrected or late'),
  })
  .openapi('SandboxAdvance')
const Path = z.object({ user_id: UserId })

/** Synthetic people, for tests of whoever builds on this. */
export function addSandbox(api: Api): void {
  route(
    api,
    {
      id: 'createSandboxUser',
      method: 'post',
      path: '/sandbox/users',
      scope: 'users:write',
      tag,
      summary: 'Connects a synthetic person',
      description:
        'They are connected at once, as a user of the provider SANDBOX; their data are made here, and go the way that all data go. The same person gives the same data. DELETE /auth/deauthenticateUser ends it. Not in production, unless the deployment says so.',
      body: NewPerson,
      bodyExample: {
        reference_id: 'person-17',
        person: 'marathon-runner',
        starts_on: '2026-07-01',
        live: 'off',
        anomalies: ['updates', 'illness'],
      },
      status: 201,
      answer: SandboxUser,
      example: EXAMPLE,
      fails: [404],
    },
    async (c) => {
      const { reference_id = null, starts_on, ...asked } = await inputOf(c, NewPerson)
      const begins = starts_on ? Date.parse(starts_on) / DAY_MS : todayOf(personOf(asked.person), Date.now())
      if (asked.live === 'as_it_happens' && begins < Date.now() / DAY_MS - MOST_MISSED_DAYS)
        throw new Fault(
          'bad_request',
          `starts_on is more than ${MOST_MISSED_DAYS} days ago: use live fast, off, or a number`,
        )
      const plan = { ...asked, begins }
      const user_id = await connectSynthetic(c.env, {
        developer: c.get('developer'),
        reference_id,
        plan,
        baseUrl: baseUrlOf(c),
      })
      return c.json(shown(user_id, reference_id, plan, begins), 201)
    },
  )
  route(
    api,
    {
      id: 'getSandboxUser',
      method: 'get',
      path: '/sandbox/users/:user_id',
      scope: 'users:read',
      tag,
      summary: 'A synthetic person, and how far their days have come',
      description: 'Only of users that are synthetic.',
      params: Path,
      answer: SandboxUser,
      example: EXAMPLE,
    },
    async (c) => {
      const row = await syntheticOf(c)
      const life = await connectionObject(c.env, row.user_id).lifeState()
      if (!life) throw new Fault('not_found', 'user not found')
      return c.json(shown(row.user_id, row.reference_id, life.plan, life.day))
    },
  )
  route(
    api,
    {
      id: 'advanceSandboxUser',
      method: 'post',
      path: '/sandbox/users/:user_id/advance',
      scope: 'users:write',
      tag,
      summary: 'Lets a synthetic person’s next days happen now',
      description:
        'All that they send in those days is sent, in order; as a rule it can be read when this answers. Their clock may run ahead of yours: begin with an earlier `starts_on` where days of the future are in the way.',
      params: Path,
      body: Advance,
      bodyExample: { days: 7 },
      answer: Advanced,
      example: {
        user_id: EXAMPLE_USER.user_id,
        from: '2026-07-01',
        to: '2026-07-08',
        payloads: 62,
        odd: [{ sent_on: '2026-07-04', date: '2026-07-03', resource: 'sleeps', as: 'update' }],
      },
    },
    async (c) => {
      const row = await syntheticOf(c)
      const { days, until } = await inputOf(c, Advance)
      if (row.state !== 'active') throw new Fault('conflict', 'the user is not active')
      const connection = connectionObject(c.env, row.user_id)
      const day = (await connection.lifeState())?.day
      if (day === undefined) throw new Fault('not_found', 'user not found')
      const asked: Asked = until === undefined ? { days: days! } : { to: Date.parse(until) / DAY_MS + 1 }
      if ('to' in asked && asked.to - day > MOST_DAYS)
        throw new Fault('bad_request', `until is more than ${MOST_DAYS} days away`)
      const answer = await connection.advance(asked)
      if (!answer) throw new Fault('not_found', 'user not found')
      // What fails here is done by the queue.
      await workOff(c.env, cellName(row), false, (told) => c.executionCtx.waitUntil(told)).catch((error: unknown) =>
        logLine('payloads wait', { user_id: row.user_id, reason: error instanceof Error ? error.message : 'unknown' }),
      )
      return c.json({ user_id: row.user_id, ...answer })
    },
  )
}

async function syntheticOf(c: Context<ApiEnv>) {
  const row = await connectionOf(c, c.req.param('user_id') ?? '')
  if (!PROVIDERS[row.provider]?.synthetic)
    throw new Fault('bad_request', 'the user is a real one: their days cannot be made')
  return row
}
function shown(
  user_id: string,
  reference_id: string | null,
  { person, begins, history_days, live, anomalies }: Omit<Plan, 'account'>,
  day: number,
): z.infer<typeof SandboxUser> {
  const { firstName, lastName, sex, birthYear, home } = personOf(person)
  const about = { name: `${firstName} ${lastName}`, sex, born: birthYear, time_zone: home.zone }
  const days = { starts_on: dateOf(begins), next_day: dateOf(day), history_days }
  return { user_id, reference_id, person, ...about, ...days, live, anomalies }
}
