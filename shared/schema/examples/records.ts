import type { z } from '../../base/zod.ts'
import type { DataType, SCHEMAS } from '../data-types.ts'
import { ACTIVITY_TYPE, MENSTRUATION_INTERVAL, SLEEP_LEVEL, SLEEP_UPLOAD_TYPE, UPLOAD_TYPE } from '../enums.ts'

/** One record of each type as documentation shows it: made up, of nobody. */

const day = { start_time: '2026-07-01T00:00:00.000000+02:00', end_time: '2026-07-01T23:59:59.000000+02:00' }

export const EXAMPLE_RECORDS: { [T in DataType]: z.input<(typeof SCHEMAS)[T]> } = {
  activity: {
    metadata: {
      summary_id: 'run-20260701-1',
      name: 'Morning run',
      type: ACTIVITY_TYPE.running,
      upload_type: UPLOAD_TYPE.automatic,
      start_time: '2026-07-01T07:04:12.000000+02:00',
      end_time: '2026-07-01T07:46:32.000000+02:00',
    },
    active_durations_data: { activity_seconds: 2540 },
    calories_data: { total_burned_calories: 438 },
    distance_data: { summary: { distance_meters: 7420, elevation: { gain_actual_meters: 61 } } },
    heart_rate_data: {
      summary: { avg_hr_bpm: 148, max_hr_bpm: 171 },
      detailed: {
        hr_samples: [
          { timestamp: '2026-07-01T07:04:12.000000+02:00', bpm: 96 },
          { timestamp: '2026-07-01T07:05:12.000000+02:00', bpm: 128 },
        ],
      },
    },
    movement_data: { avg_speed_meters_per_second: 2.92, avg_pace_minutes_per_kilometer: 5.7 },
  },
  athlete: {
    provider_user_id: 'account-8842',
    first_name: 'Alex',
    age: 34,
    sex: 'other',
    city: 'Exampleville',
    account_creation_date: '2024-03-09T10:15:00.000000+00:00',
  },
  body: {
    metadata: day,
    measurements_data: {
      measurements: [
        {
          measurement_time: '2026-07-01T06:52:00.000000+02:00',
          weight_kg: 71.4,
          BMI: 22.8,
          bodyfat_percentage: 18.2,
          muscle_mass_g: 55300,
        },
      ],
    },
    blood_pressure_data: {
      blood_pressure_samples: [{ timestamp: '2026-07-01T06:55:00.000000+02:00', systolic_bp: 118, diastolic_bp: 76 }],
    },
  },
  daily: {
    metadata: { ...day, upload_type: UPLOAD_TYPE.automatic },
    distance_data: { steps: 9312, distance_meters: 7040, floors_climbed: 11 },
    calories_data: { total_burned_calories: 2391, BMR_calories: 1630, net_activity_calories: 761 },
    active_durations_data: {
      activity_seconds: 5340,
      moderate_intensity_seconds: 1500,
      vigorous_intensity_seconds: 900,
    },
    heart_rate_data: { summary: { resting_hr_bpm: 54, avg_hr_bpm: 68, max_hr_bpm: 171, min_hr_bpm: 47 } },
    scores: { activity: 82, recovery: 77 },
  },
  menstruation: {
    metadata: day,
    menstruation_data: {
      day_in_cycle: 9,
      current_phase: MENSTRUATION_INTERVAL.follicular,
      days_until_next_phase: 3,
      period_start_date: '2026-06-23',
      period_length_days: 5,
      predicted_cycle_length_days: 28,
      is_predicted_cycle: false,
    },
  },
  nutrition: {
    metadata: day,
    summary: {
      macros: { calories: 2140, protein_g: 96, carbohydrates_g: 251, fat_g: 74, fiber_g: 31 },
      water_ml: 1900,
    },
  },
  sleep: {
    metadata: {
      summary_id: 'night-20260701',
      start_time: '2026-06-30T23:02:00.000000+02:00',
      end_time: '2026-07-01T06:44:00.000000+02:00',
      is_nap: false,
      upload_type: SLEEP_UPLOAD_TYPE.automatic,
    },
    sleep_durations_data: {
      sleep_efficiency: 93,
      asleep: {
        duration_asleep_state_seconds: 25740,
        duration_light_sleep_state_seconds: 14100,
        duration_deep_sleep_state_seconds: 5640,
        duration_REM_sleep_state_seconds: 6000,
      },
      awake: { duration_awake_state_seconds: 1980, num_wakeup_events: 2, sleep_latency_seconds: 540 },
      other: { duration_in_bed_seconds: 27720 },
      hypnogram_samples: [
        { timestamp: '2026-06-30T23:02:00.000000+02:00', level: SLEEP_LEVEL.awake },
        { timestamp: '2026-06-30T23:11:00.000000+02:00', level: SLEEP_LEVEL.light_sleep },
      ],
    },
    heart_rate_data: { summary: { avg_hr_bpm: 52, min_hr_bpm: 46, avg_hrv_rmssd: 61 } },
    respiration_data: { breaths_data: { avg_breaths_per_min: 14.2 } },
  },
}
