import { z } from '../base/zod.ts'
import { MealType, NutritionUnits, TimestampLocalization } from './enums.ts'
import { maybe, num, text } from './kinds.ts'

export const DrinkSample = z
  .object({
    timestamp: text,
    drink_volume: num.describe('In `drink_unit`'),
    drink_unit: maybe(NutritionUnits),
    drink_name: text,
  })
  .openapi('DrinkSample')
export type DrinkSample = z.infer<typeof DrinkSample>

export const NutritionMicros = z
  .object({
    biotin_mg: num,
    caffeine_mg: num,
    calcium_mg: num,
    sodium_mg: num,
    chloride_mg: num,
    chromium_mg: num,
    copper_mg: num,
    folate_mg: num,
    folic_acid_mg: num,
    iodine_mg: num,
    iron_mg: num,
    magnesium_mg: num,
    manganese_mg: num,
    molybdenum_mg: num,
    niacin_mg: num,
    pantothenic_acid_mg: num,
    phosphorus_mg: num,
    potassium_mg: num,
    riboflavin_mg: num,
    selenium_mg: num,
    thiamin_mg: num,
    vitamin_A_mg: num,
    vitamin_B12_mg: num,
    vitamin_B6_mg: num,
    vitamin_C_mg: num,
    vitamin_D_mg: num,
    vitamin_D2_mg: num,
    vitamin_D3_mg: num,
    vitamin_E_mg: num,
    vitamin_K_mg: num,
    zinc_mg: num,
    cystine_g: num,
    histidine_g: num,
    isoleucine_g: num,
    leucine_g: num,
    lysine_g: num,
    methionine_g: num,
    phenylalanine_g: num,
    threonine_g: num,
    tryptophan_g: num,
    tyrosine_g: num,
    valine_g: num,
    monounsaturated_fat_g: num,
    polyunsaturated_fat_g: num,
    omega3_g: num,
    omega6_g: num,
    starch_g: num,
  })
  .openapi('NutritionMicros')
export type NutritionMicros = z.infer<typeof NutritionMicros>

export const NutritionQuantity = z
  .object({
    unit: NutritionUnits,
    amount: z.number(),
  })
  .openapi('NutritionQuantity')
export type NutritionQuantity = z.infer<typeof NutritionQuantity>

export const NutritionMacros = z
  .object({
    alcohol_g: num,
    calories: num.describe('kcal'),
    carbohydrates_g: num,
    cholesterol_mg: num,
    fat_g: num,
    fiber_g: num,
    net_carbohydrates_g: num,
    protein_g: num,
    saturated_fat_g: num,
    sodium_mg: num,
    sugar_g: num,
    trans_fat_g: num,
  })
  .openapi('NutritionMacros')
export type NutritionMacros = z.infer<typeof NutritionMacros>

export const Meal = z
  .object({
    micros: NutritionMicros,
    type: MealType,
    id: z.string(),
    timestamp: z.string(),
    quantity: NutritionQuantity,
    name: z.string(),
    macros: NutritionMacros,
  })
  .openapi('Meal')
export type Meal = z.infer<typeof Meal>

export const NutritionMetadata = z
  .object({
    end_time: z.string(),
    start_time: z.string().describe('Local midnight'),
    timestamp_localization: maybe(TimestampLocalization),
  })
  .openapi('NutritionMetadata')
export type NutritionMetadata = z.infer<typeof NutritionMetadata>

export const NutritionSummary = z
  .object({
    macros: maybe(NutritionMacros),
    micros: maybe(NutritionMicros),
    water_ml: num,
    drink_ml: num,
  })
  .openapi('NutritionSummary')
export type NutritionSummary = z.infer<typeof NutritionSummary>

/** One local day of food and drink. Key: the date of metadata.start_time. */
export const Nutrition = z
  .object({
    drink_samples: maybe(z.array(DrinkSample)),
    meals: maybe(z.array(Meal)),
    metadata: NutritionMetadata,
    summary: maybe(NutritionSummary),
  })
  .openapi('Nutrition')
export type Nutrition = z.infer<typeof Nutrition>
