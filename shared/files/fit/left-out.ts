import type { Omits } from '../../source/omits.ts'

/** Messages that are not made anything of: they are counted in the page, by name, and what they say is left behind. */
export const COUNTED: Record<number, string> = {
  2: 'device_settings',
  3: 'user_profile',
  7: 'zones_target',
  8: 'hr_zone',
  9: 'power_zone',
  13: 'training_settings',
  21: 'event',
  26: 'workout',
  27: 'workout_step',
  49: 'file_creator',
  72: 'training_file',
  104: 'device_battery',
  147: 'sensor_settings',
  160: 'gps_metadata',
  162: 'timestamp_correlation',
  164: 'gyroscope_data',
  165: 'accelerometer_data',
  206: 'field_description',
  207: 'developer_data_id',
  208: 'magnetometer_data',
  209: 'barometer_data',
}

/** What no map reads, and why. */
const UNPUBLISHED = 'the profile does not publish what it means'
const NO_PLACE = 'the schema has no place for it'
const ORDER = 'how messages belong together, and what made the device write them'
const KNOWN = 'the samples tell it finer, or the schema tells it of the whole session alone'
const of = (lists: string[], fields: string, why: string): Record<string, string> =>
  Object.fromEntries(lists.flatMap((list) => fields.split(' ').map((field) => [`${list}.${field}`, why])))
const [SESSION, LAP, RECORD, LENGTH] = ['session', 'lap.*', 'record.*', 'length.*']

const OF_ALL = {
  'left_out.**':
    'settings, descriptions of the file itself, raw signals of sensors and messages that are not published: counted',
  'file.**': 'how the file was made; its device is read',
  'devices.**': 'how a sensor is connected and powered; its name, number and versions are read',
  'damage.*': 'what could not be read is told as quarantined',
}
const OF_SESSIONS = {
  ...of(
    [SESSION, LAP, LENGTH],
    'message_index event event_type event_group trigger first_* num_laps num_lengths',
    ORDER,
  ),
  ...of([SESSION, LAP, RECORD, LENGTH], 'field_*', UNPUBLISHED),
  ...of(
    [SESSION, LAP, RECORD, LENGTH],
    'developer.**',
    'fields of apps; those that say which native field they are are read as it',
  ),
  ...of(
    [SESSION, LAP],
    '*_temperature *_respiration_rate *_fat_calories *_training_effect *_benefit *_load_peak *_grit *_flow est_sweat_loss *grade *_speed',
    NO_PLACE,
  ),
  ...of(
    [SESSION, LAP],
    '*_position* *_phase* *pco *_smoothness *_effectiveness *_balance *_oscillation *_stance* *_hemoglobin*',
    NO_PLACE,
  ),
  ...of(
    [SESSION, LAP],
    '*_score stroke_count* zone_count* *_stroke_* swim_stroke *lev_motor* *_jump* total_moving_time active_time',
    NO_PLACE,
  ),
  ...of(
    [SESSION],
    'best_lap_index avg_lap_time nec_* swc_* sport_index time_in_* pool_length_unit threshold_power',
    NO_PLACE,
  ),
  ...of(
    [LAP],
    '*_elapsed_time *_heart_rate *_cadence *_altitude *_power total_* max_* min_* avg_* enhanced_* time_in_*',
    KNOWN,
  ),
  ...of([LAP], 'sport sub_sport intensity wkt_step_index repetition_num', NO_PLACE),
  ...of(
    [RECORD],
    'temperature *respiration_rate cycle_length* grade resistance *_hemoglobin* *_smoothness *_effectiveness *_balance *_position* *_phase* *pco zone',
    NO_PLACE,
  ),
  ...of(
    [RECORD],
    '*oscillation stance_* vertical_* step_length *_length time_* *power calories gps_accuracy activity_type device_index',
    NO_PLACE,
  ),
  ...of(
    [RECORD],
    '*pressure* depth next_* n*_* cns_load ascent_rate po2 rmv *stamina *_temperature battery_* ebike_* grit flow ball_speed current_stress speed1s cycles total_cycles stroke_type garmin_*',
    NO_PLACE,
  ),
  'length.**': 'the laps and the number of lengths tell it',
  'sport.**': 'what the session says as well; its name is read',
  ...of(
    ['time_in_zone.*'],
    'timestamp reference_* *_boundary.* *_bondary.* hr_calc_type pwr_calc_type threshold_* functional_* time_in_speed* time_in_cadence* time_in_power* field_*',
    NO_PLACE,
  ),
}
const OF_DAYS = {
  'monitoring_info.**': 'from which the offset, and distances of devices that only count, are reckoned',
  ...of(
    ['monitoring.*'],
    'timestamp_* current_activity_type_intensity cycles* distance* active_* local_timestamp activity_sub* activity_level totals.active_*',
    'counts of one kind of activity, added up in `totals`',
  ),
  ...of(
    ['monitoring.*'],
    'intensity* duration* temperature* device_index calories activity_time* ascent descent totals.ascent totals.descent field_*',
    NO_PLACE,
  ),
  'spo2_data.*.reading_confidence': NO_PLACE,
  'spo2_data.*.mode': NO_PLACE,
  'monitoring_hr_data.*.*': 'the resting heart rate of the day is read; that of the week has no place',
}
const OF_MEASUREMENTS = {
  ...of(['weight_scale.*'], 'visceral_fat_mass physique_rating active_met user_profile_index field_*', NO_PLACE),
  ...of(['blood_pressure.*'], 'map* mean_* heart_rate_type status user_profile_index field_*', NO_PLACE),
}
export const OMITS: Omits = {
  '*': OF_ALL,
  activity: OF_SESSIONS,
  monitoring: OF_DAYS,
  body: OF_MEASUREMENTS,
}
