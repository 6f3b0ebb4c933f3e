import type { NutritionUnits } from '../schema/enums.ts'
import type { Reader } from './reader.ts'
import { orElse, table, words } from './readers.ts'

/** Words for what food and drink are measured in. */
const UNITS: Record<string, NutritionUnits> = {
  ...words({
    1: 'G GRAM GRAMS GR',
    2: 'TSP TEASPOON TEASPOONS',
    3: 'TBSP TABLESPOON TABLESPOONS',
    4: 'CUP CUPS',
    5: 'MEDIUM_EGG',
    6: 'LARGE_EGG',
    7: 'SMALL_EGG',
    8: 'ML MILLILITER MILLILITERS MILLILITRE MILLILITRES',
    9: 'OZ OUNCE OUNCES',
    10: 'COUNT PIECE PIECES SERVING SERVINGS',
    11: 'SCOOP SCOOPS',
    12: 'FL_OZ FLUID_OUNCE FLUID_OUNCES FL._OZ.',
  }),
}
/** The unit of a portion by its word, own meanings first: `"unit": {"name": "fl oz"}`. What is not known is unknown, not a guess. */
export const portionUnit = (path: string, own: Record<string, NutritionUnits> = {}): Reader<NutritionUnits> =>
  orElse(table<NutritionUnits>(path, { ...UNITS, ...own }, 0), 0)
