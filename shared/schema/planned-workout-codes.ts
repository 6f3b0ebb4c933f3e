import type { z } from '../base/zod.ts'
import { codes } from './enums.ts'

// Number codes inside the details of a planned workout, of the generation before the named ones. Gaps are unassigned.

export const PLANNED_INTENSITY = {
  rest: 0,
  warmup: 1,
  cooldown: 2,
  recovery: 3,
  interval: 4,
  active: 5,
} as const
export const PlannedIntensity = codes('PlannedIntensity', PLANNED_INTENSITY)
export type PlannedIntensity = z.infer<typeof PlannedIntensity>

export const PLANNED_STEP_TYPE = {
  step: 0,
  repetition_block: 1,
} as const
export const PlannedStepType = codes('PlannedStepType', PLANNED_STEP_TYPE)
export type PlannedStepType = z.infer<typeof PlannedStepType>

export const PLANNED_TARGET_TYPE = {
  speed: 0,
  heart_rate: 1,
  open: 2,
  cadence: 3,
  power: 4,
  swim_stroke: 8,
  pace: 11,
  heart_rate_threshold_percentage: 12,
  heart_rate_max_percentage: 13,
  speed_percentage: 14,
  power_percentage: 15,
  repetition: 16,
} as const
export const PlannedTargetType = codes('PlannedTargetType', PLANNED_TARGET_TYPE)
export type PlannedTargetType = z.infer<typeof PlannedTargetType>

export const PLANNED_DURATION_TYPE = {
  time: 0,
  distance: 1,
  hr_less_than: 2,
  hr_greater_than: 3,
  calories: 4,
  open: 5,
  power_less_than: 6,
  power_greater_than: 7,
  reps: 9,
  fixed_rest: 10,
  steps: 12,
} as const
export const PlannedDurationType = codes('PlannedDurationType', PLANNED_DURATION_TYPE)
export type PlannedDurationType = z.infer<typeof PlannedDurationType>

export const PLANNED_STROKE_TYPE = {
  backstroke: 0,
  breaststroke: 1,
  drill: 2,
  butterfly: 3,
  freestyle: 4,
  mixed: 5,
  im: 6,
} as const
export const PlannedStrokeType = codes('PlannedStrokeType', PLANNED_STROKE_TYPE)
export type PlannedStrokeType = z.infer<typeof PlannedStrokeType>

export const PLANNED_EQUIPMENT_TYPE = {
  none: 0,
  fins: 1,
  kickboard: 2,
  paddles: 3,
  pull_buoy: 4,
  snorkel: 5,
} as const
export const PlannedEquipmentType = codes('PlannedEquipmentType', PLANNED_EQUIPMENT_TYPE)
export type PlannedEquipmentType = z.infer<typeof PlannedEquipmentType>

export const PLANNED_EXERCISE_CATEGORY = {
  unknown: 0,
  bench_press: 1,
  calf_raise: 2,
  cardio: 3,
  carry: 4,
  chop: 5,
  core: 6,
  crunch: 7,
  curl: 8,
  deadlift: 9,
  flye: 10,
  hip_raise: 11,
  hip_stability: 12,
  hip_swing: 13,
  hyperextension: 14,
  lateral_raise: 15,
  leg_curl: 16,
  leg_raise: 17,
  lunge: 18,
  olympic_lift: 19,
  plank: 20,
  plyo: 21,
  pull_up: 22,
  push_up: 23,
  row: 24,
  shoulder_press: 25,
  shoulder_stability: 26,
  shrug: 27,
  sit_up: 28,
  squat: 29,
  total_body: 30,
  triceps_extension: 31,
  warm_up: 32,
  run: 33,
  bike: 34,
  cardio_sensors: 35,
} as const
export const PlannedExerciseCategory = codes('PlannedExerciseCategory', PLANNED_EXERCISE_CATEGORY)
export type PlannedExerciseCategory = z.infer<typeof PlannedExerciseCategory>
