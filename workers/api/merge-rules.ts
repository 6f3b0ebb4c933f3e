import { Fault } from '../../shared/base/fault.ts'
import { z } from '../../shared/base/zod.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { type Developer, saveMergeRules } from '../../shared/db/developers.ts'
import { open } from '../../shared/db/open.ts'
import { DATA_TYPES } from '../../shared/schema/data-types.ts'
import { DEFAULT_RULES, type MergeRules } from '../../shared/schema/person/rules.ts'
import { SECTION_NAMES } from '../../shared/schema/person/section-names.ts'
import { forgetDeveloper } from '../access.ts'
import { inputOf } from '../read-input.ts'
import { type Api, route } from './route.ts'

const Rules = z
  .strictObject({
    priorities: z
      .record(z.string().max(120), z.array(z.string().max(40)).max(200))
      .refine((lists) => Object.keys(lists).length <= 100, 'are for at most 100 places')
      .default(DEFAULT_RULES.priorities)
      .describe(
        'Providers from the best on, by `*`, a type (`daily`) or a section of one (`daily.heart_rate_data`); the nearest list counts first',
      ),
    samples: z
      .enum(['best', 'fill'])
      .default(DEFAULT_RULES.samples)
      .describe(
        '`best`: each series is one source’s; `fill`: its gaps are filled from the next. Counts are never filled',
      ),
    gap_seconds: z.int().min(1).max(86_400).default(DEFAULT_RULES.gap_seconds).describe('A longer pause is a gap'),
    overlap: z
      .number()
      .min(0)
      .max(0.99)
      .default(DEFAULT_RULES.overlap)
      .describe('Sessions of different sources are one where they share more than this part of the shorter'),
  })
  .openapi('MergeRules')

const EXAMPLE: MergeRules = {
  priorities: { '*': ['GARMIN', 'OURA'], sleep: ['OURA'], 'daily.scores': ['OURA'] },
  samples: 'fill',
  gap_seconds: 900,
  overlap: 0.5,
}

export const mergeRulesOf = (developer: Pick<Developer, 'merge_rules'>): MergeRules =>
  Rules.parse(JSON.parse(developer.merge_rules))

export function addMergeRules(api: Api): void {
  route(
    api,
    {
      id: 'getMergeRules',
      method: 'get',
      path: '/merged/rules',
      scope: 'data:read',
      tag: 'One person',
      summary: 'How records of several connections become one',
      description:
        'Sources that no list names come after those that are named: wearables, then training, body and phone sources, then others; among equals the newest connection first.',
      answer: Rules,
      example: EXAMPLE,
    },
    (c) => c.json(mergeRulesOf(c.get('developer'))),
  )
  route(
    api,
    {
      id: 'setMergeRules',
      method: 'put',
      path: '/merged/rules',
      scope: 'users:write',
      tag: 'One person',
      summary: 'Sets how records of several connections become one',
      description:
        'What is not named is as in the beginning. They hold for merged views from now on; no record changes.',
      body: Rules,
      bodyExample: EXAMPLE,
      answer: Rules,
      example: EXAMPLE,
    },
    async (c) => {
      const { developer_id } = c.get('developer')
      const asked = await inputOf(c, Rules)
      const rules = { ...asked, priorities: checked(asked.priorities) }
      await saveMergeRules(open(c.env.DB), developer_id, JSON.stringify(rules))
      forgetDeveloper(developer_id)
      return c.json(rules)
    },
  )
}

/** Places and providers that are none would count for nothing, silently. */
function checked(priorities: MergeRules['priorities']): MergeRules['priorities'] {
  const known = new Set(Object.values(PROVIDERS).map(({ resource }) => resource))
  return Object.fromEntries(
    Object.entries(priorities).map(([place, names]) => {
      checkPlace(place)
      const resources = names.map((name) => name.toUpperCase())
      const stranger = resources.findIndex((name) => !known.has(name))
      if (stranger >= 0)
        throw new Fault(
          'bad_request',
          `priorities.${place}: ${names[stranger]} is not known; GET /integrations lists the providers`,
        )
      return [place, resources]
    }),
  )
}
function checkPlace(place: string): void {
  if (place === '*') return
  const type = DATA_TYPES.find((name) => name === place.split('.')[0])
  if (!type)
    throw new Fault('bad_request', `priorities: ${place} is no place; use *, or begin with ${DATA_TYPES.join(', ')}`)
  const section = place.slice(type.length + 1)
  if (place !== type && !SECTION_NAMES[type].includes(section))
    throw new Fault(
      'bad_request',
      `priorities: ${section} is no section of ${type}; its sections are ${SECTION_NAMES[type].join(', ')}`,
    )
}
