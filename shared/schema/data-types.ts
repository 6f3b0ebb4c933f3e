import type { z } from '../base/zod.ts'
import { Activity } from './activity.ts'
import { Athlete } from './athlete.ts'
import { Body } from './body.ts'
import { Daily } from './daily.ts'
import { Menstruation } from './menstruation.ts'
import { Nutrition } from './nutrition.ts'
import { Sleep } from './sleep.ts'

export const DATA_TYPES = ['activity', 'athlete', 'body', 'daily', 'menstruation', 'nutrition', 'sleep'] as const
export type DataType = (typeof DATA_TYPES)[number]

export const SCHEMAS = {
  activity: Activity,
  athlete: Athlete,
  body: Body,
  daily: Daily,
  menstruation: Menstruation,
  nutrition: Nutrition,
  sleep: Sleep,
} satisfies Record<DataType, z.ZodType>

/** What makes a record of a type one: its session, its local day, or its person. */
export const NATURAL_KEY: Record<DataType, 'summary_id' | 'day' | 'connection'> = {
  activity: 'summary_id',
  athlete: 'connection',
  body: 'day',
  daily: 'day',
  menstruation: 'day',
  nutrition: 'day',
  sleep: 'summary_id',
}
