import { Named } from '../address.ts'
import { LAYOUT_SETTINGS, type LayoutSettings } from '../place.ts'

/** Where the tables are, and what becomes of them: the same for every way to reach such a server. */
export const PLACE_SETTINGS = {
  schema: Named.default('fascia').describe('The schema our tables are in; it is made where it is not there'),
  ...LAYOUT_SETTINGS,
}
export interface PlaceSettings extends LayoutSettings {
  schema: string
}
