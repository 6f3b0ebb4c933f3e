import { type Item, reading } from '../reader.ts'

/**
 * Metrics of the app "Health Auto Export": `{name: "active_energy", units: "kJ", data: [{qty, date}]}`, as readings of the
 * store. Its names are the Health app's in snake case (help.healthyapps.dev, "Health Metrics – JSON Export Format").
 */
// biome-ignore format: a table reads better in rows.
const KINDS: Record<string, string> = {
  step_count: 'StepCount', walking_running_distance: 'DistanceWalkingRunning', wheelchair_distance: 'DistanceWheelchair',
  cycling_distance: 'DistanceCycling', swimming_distance: 'DistanceSwimming', flights_climbed: 'FlightsClimbed',
  active_energy: 'ActiveEnergyBurned', basal_energy_burned: 'BasalEnergyBurned', resting_energy: 'BasalEnergyBurned',
  apple_exercise_time: 'AppleExerciseTime', apple_stand_time: 'AppleStandTime', swimming_stroke_count: 'SwimmingStrokeCount',
  heart_rate: 'HeartRate', resting_heart_rate: 'RestingHeartRate', heart_rate_variability: 'HeartRateVariabilitySDNN',
  walking_heart_rate_average: 'WalkingHeartRateAverage', physical_effort: 'PhysicalEffort',
  blood_oxygen_saturation: 'OxygenSaturation', respiratory_rate: 'RespiratoryRate', vo2_max: 'VO2Max', vo2max: 'VO2Max',
  body_temperature: 'BodyTemperature', basal_body_temperature: 'BasalBodyTemperature',
  apple_sleeping_wrist_temperature: 'AppleSleepingWristTemperature', blood_glucose: 'BloodGlucose', insulin_delivery: 'InsulinDelivery',
  weight_body_mass: 'BodyMass', body_mass_index: 'BodyMassIndex', body_fat_percentage: 'BodyFatPercentage',
  lean_body_mass: 'LeanBodyMass', height: 'Height', dietary_water: 'DietaryWater', dietary_energy: 'DietaryEnergyConsumed',
  carbohydrates: 'DietaryCarbohydrates', protein: 'DietaryProtein', total_fat: 'DietaryFatTotal', saturated_fat: 'DietaryFatSaturated',
  monounsaturated_fat: 'DietaryFatMonounsaturated', polyunsaturated_fat: 'DietaryFatPolyunsaturated', cholesterol: 'DietaryCholesterol',
  fiber: 'DietaryFiber', dietary_sugar: 'DietarySugar', sodium: 'DietarySodium', potassium: 'DietaryPotassium', calcium: 'DietaryCalcium',
  iron: 'DietaryIron', magnesium: 'DietaryMagnesium', zinc: 'DietaryZinc', caffeine: 'DietaryCaffeine',
  vitamin_a: 'DietaryVitaminA', vitamin_b12: 'DietaryVitaminB12', vitamin_b6: 'DietaryVitaminB6', vitamin_c: 'DietaryVitaminC',
  vitamin_d: 'DietaryVitaminD', vitamin_e: 'DietaryVitaminE', vitamin_k: 'DietaryVitaminK',
  // A night is a session, read by itself.
  sleep_analysis: 'SleepAnalysis',
}

const PATHS =
  'name units data.*.qty data.*.Avg data.*.systolic data.*.diastolic data.*.date data.*.startDate data.*.endDate data.*.source'
export const readingsOf = reading(PATHS.split(' '), (metric: Item): Item[] => {
  const { name, units, data } = metric ?? {}
  if (!Array.isArray(data)) return []
  const type = KINDS[name] ?? String(name)
  // Here a share is a percentage, unlike in the store.
  const unit = units === '%' ? 'percent' : units
  return data.flatMap((one: Item) => {
    const made = (kind: string, value: unknown) => ({
      type: kind,
      unit,
      value,
      startDate: one?.date ?? one?.startDate,
      endDate: one?.endDate ?? one?.date,
      source: one?.source === undefined ? undefined : { name: one.source },
    })
    if (name === 'blood_pressure')
      return [made('BloodPressureSystolic', one?.systolic), made('BloodPressureDiastolic', one?.diastolic)]
    return [made(type, one?.qty ?? one?.Avg)]
  })
})
