import type { Activity } from '../schema/activity.ts'
import type { Athlete } from '../schema/athlete.ts'
import type { Body } from '../schema/body.ts'
import type { Daily } from '../schema/daily.ts'
import type { Menstruation } from '../schema/menstruation.ts'
import type { Nutrition } from '../schema/nutrition.ts'
import type { Sleep } from '../schema/sleep.ts'

/** The seven data types by name. */
export interface Models {
  activity: Activity
  athlete: Athlete
  body: Body
  daily: Daily
  menstruation: Menstruation
  nutrition: Nutrition
  sleep: Sleep
}
