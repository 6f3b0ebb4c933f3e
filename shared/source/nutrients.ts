import type { NutritionMacros, NutritionMicros } from '../schema/nutrition.ts'
import type { Numeric } from './numbers.ts'
import type { Reader } from './reader.ts'
import { timesOf } from './sums.ts'
import { compile, type Tree } from './tree.ts'

/** What of a nutrient is in milligrams in the schema, by its name there. */
const MILLIGRAMS =
  'biotin caffeine calcium chloride chromium copper folate folic_acid iodine iron magnesium manganese molybdenum niacin pantothenic_acid phosphorus potassium riboflavin selenium sodium thiamin vitamin_A vitamin_B12 vitamin_B6 vitamin_C vitamin_D vitamin_E vitamin_K zinc'.split(
    ' ',
  )
const mg = (grams: Numeric): Numeric => timesOf(grams, 1_000)

/**
 * Micros of a source that tells each nutrient by a word, in grams: `microsBy((word) => number(`…[nutrient=${word}].grams`))`.
 * The words asked for are those of the schema in capitals: `VITAMIN_B12`.
 */
export const microsBy = (grams: (word: string) => Numeric): Reader<NutritionMicros> =>
  compile<NutritionMicros>({
    ...Object.fromEntries(MILLIGRAMS.map((name) => [`${name}_mg`, mg(grams(name.toUpperCase()))])),
    monounsaturated_fat_g: grams('MONOUNSATURATED_FAT'),
    polyunsaturated_fat_g: grams('POLYUNSATURATED_FAT'),
  } as Tree<NutritionMicros>)
/** Macros told in the same way; calories, carbohydrates and fat often stand apart. */
export const macrosBy = (
  grams: (word: string) => Numeric,
  apart: Tree<Pick<NutritionMacros, 'calories' | 'carbohydrates_g' | 'fat_g'>>,
): Reader<NutritionMacros> =>
  compile<NutritionMacros>({
    ...apart,
    cholesterol_mg: mg(grams('CHOLESTEROL')),
    fiber_g: grams('DIETARY_FIBER'),
    protein_g: grams('PROTEIN'),
    saturated_fat_g: grams('SATURATED_FAT'),
    sodium_mg: mg(grams('SODIUM')),
    sugar_g: grams('SUGAR'),
    trans_fat_g: grams('TRANS_FAT'),
  } as Tree<NutritionMacros>)
