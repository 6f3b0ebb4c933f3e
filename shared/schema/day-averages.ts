type Json = Record<string, unknown>

/** Section, list of samples, field of a sample, and the average over the day that the section holds of it. */
const AVERAGES: [section: string, list: string, field: string, average: string][] = [
  ['blood_pressure_data', 'blood_pressure_samples', 'systolic_bp', 'day_avg_systolic_bp'],
  ['blood_pressure_data', 'blood_pressure_samples', 'diastolic_bp', 'day_avg_diastolic_bp'],
  ['hydration_data', 'hydration_amount_samples', 'hydration_kg', 'day_avg_hydration_kg'],
  ['temperature_data', 'ambient_temperature_samples', 'temperature_celsius', 'day_avg_ambient_temperature_celsius'],
  ['temperature_data', 'body_temperature_samples', 'temperature_celsius', 'day_avg_body_temperature_celsius'],
  ['temperature_data', 'skin_temperature_samples', 'temperature_celsius', 'day_avg_skin_temperature_celsius'],
  ...(
    [
      ['BMI', 'bmi'],
      ['BMR', 'bmr'],
      ['RMR', 'rmr'],
      ['bodyfat_percentage', 'bodyfat_percentage'],
      ['weight_kg', 'weight_kg'],
      ['height_cm', 'height_cm'],
      ['bone_mass_g', 'bone_mass_g'],
      ['muscle_mass_g', 'muscle_mass_g'],
      ['lean_mass_g', 'lean_mass_g'],
      ['water_percentage', 'water_percentage'],
      ['visceral_fat_level', 'visceral_fat_level'],
    ] as const
  ).map(([field, average]): [string, string, string, string] => [
    'measurements_data',
    'measurements',
    field,
    `day_avg_${average}`,
  ]),
]

/** Fills the averages of a Body in from its samples, anew whenever samples come in. Changes what it is given. */
export function dayAverages(body: object): void {
  for (const [section, list, field, average] of AVERAGES) {
    const data = (body as Json)[section] as Json | null | undefined
    const samples = data?.[list]
    if (!data || !Array.isArray(samples)) continue
    let total = 0
    let count = 0
    for (const sample of samples) {
      const value = (sample as Json | null)?.[field]
      if (typeof value !== 'number') continue
      total += value
      count++
    }
    if (count > 0) data[average] = Number((total / count).toPrecision(12))
  }
}
