/** All other messages of the FIT profile that files with measurements have, as profile.ts reads them. */
export const OTHERS = `
0 file_id:
  0 type, 1 manufacturer, 2 product, 3 serial_number, 4 time_created t, 5 number, 8 product_name
12 sport:
  0 sport, 1 sub_sport, 3 name
23 device_info:
  0 device_index, 1 device_type, 2 manufacturer, 3 serial_number, 4 product, 5 software_version /100,
  6 hardware_version, 7 cum_operating_time, 10 battery_voltage /256, 11 battery_status, 18 sensor_position,
  19 descriptor, 20 ant_transmission_type, 21 ant_device_number, 22 ant_network, 24 ant_id, 25 source_type,
  27 product_name, 32 battery_level
30 weight_scale:
  0 weight /100, 1 percent_fat /100, 2 percent_hydration /100, 3 visceral_fat_mass /100, 4 bone_mass /100,
  5 muscle_mass /100, 7 basal_met /4, 8 physique_rating, 9 active_met /4, 10 metabolic_age, 11 visceral_fat_rating,
  12 user_profile_index, 13 bmi /10
34 activity:
  0 total_timer_time /1000, 1 num_sessions, 2 type, 3 event, 4 event_type, 5 local_timestamp lt, 6 event_group
51 blood_pressure:
  0 systolic_pressure, 1 diastolic_pressure, 2 mean_arterial_pressure, 3 map3_sample_mean, 4 map_morning_values,
  5 map_evening_values, 6 heart_rate, 7 heart_rate_type, 8 status, 9 user_profile_index
55 monitoring:
  0 device_index, 1 calories, 2 distance /100, 3 cycles /2, 4 active_time /1000, 5 activity_type,
  6 activity_subtype, 7 activity_level, 8 distance_16 /100, 9 cycles_16 /2, 10 active_time_16, 11 local_timestamp lt,
  12 temperature /100, 14 temperature_min /100, 15 temperature_max /100, 16 activity_time[], 19 active_calories,
  24 current_activity_type_intensity, 25 timestamp_min_8, 26 timestamp_16, 27 heart_rate, 28 intensity /10,
  29 duration_min, 30 duration, 31 ascent /1000, 32 descent /1000, 33 moderate_activity_minutes,
  34 vigorous_activity_minutes
78 hrv:
  0 time /1000[]
101 length:
  0 event, 1 event_type, 2 start_time t, 3 total_elapsed_time /1000, 4 total_timer_time /1000, 5 total_strokes,
  6 avg_speed /1000, 7 swim_stroke, 9 avg_swimming_cadence, 10 event_group, 11 total_calories, 12 length_type,
  18 player_score, 19 opponent_score, 20 stroke_count[], 21 zone_count[], 22 enhanced_avg_respiration_rate /100,
  23 enhanced_max_respiration_rate /100, 24 avg_respiration_rate, 25 max_respiration_rate
103 monitoring_info:
  0 local_timestamp lt, 1 activity_type[], 3 cycles_to_distance /5000[], 4 cycles_to_calories /5000[],
  5 resting_metabolic_rate
132 hr:
  0 fractional_timestamp /32768, 1 time256 /256, 6 filtered_bpm[], 9 event_timestamp /1024[],
  10 event_timestamp_12[]
211 monitoring_hr_data:
  0 resting_heart_rate, 1 current_day_resting_heart_rate
216 time_in_zone:
  0 reference_mesg, 1 reference_index, 2 time_in_hr_zone /1000[], 3 time_in_speed_zone /1000[],
  4 time_in_cadence_zone /1000[], 5 time_in_power_zone /1000[], 6 hr_zone_high_boundary[],
  7 speed_zone_high_boundary /1000[], 8 cadence_zone_high_bondary[], 9 power_zone_high_boundary[], 10 hr_calc_type,
  11 max_heart_rate, 12 resting_heart_rate, 13 threshold_heart_rate, 14 pwr_calc_type, 15 functional_threshold_power
227 stress_level:
  0 stress_level_value, 1 stress_level_time t
269 spo2_data:
  0 reading_spo2, 1 reading_confidence, 2 mode
275 sleep_level:
  0 sleep_level
297 respiration_rate:
  0 respiration_rate /100
346 sleep_assessment:
  0 combined_awake_score, 1 awake_time_score, 2 awakenings_count_score, 3 deep_sleep_score, 4 sleep_duration_score,
  5 light_sleep_score, 6 overall_sleep_score, 7 sleep_quality_score, 8 sleep_recovery_score, 9 rem_sleep_score,
  10 sleep_restlessness_score, 11 awakenings_count, 14 interruptions_score, 15 average_stress_during_sleep /100
370 hrv_status_summary:
  0 weekly_average /128, 1 last_night_average /128, 2 last_night5_min_high /128, 3 baseline_low_upper /128,
  4 baseline_balanced_lower /128, 5 baseline_balanced_upper /128, 6 status
371 hrv_value:
  0 value /128
`
