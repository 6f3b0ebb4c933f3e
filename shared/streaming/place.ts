/** Where a client is, as far as the platform says. */
export interface Whereabouts {
  continent?: string
  country?: string
  longitude?: string
}
export type Place = 'wnam' | 'enam' | 'sam' | 'weur' | 'eeur' | 'apac' | 'oc' | 'afr' | 'me'

const MIDDLE_EAST = new Set(['AE', 'BH', 'IL', 'IQ', 'IR', 'JO', 'KW', 'LB', 'OM', 'PS', 'QA', 'SA', 'SY', 'YE'])
/** West of it lies the half of North America that is nearer to the Pacific; east of the other, Eastern Europe. */
const ROCKIES = -100
const ODER = 15

/** The place nearest to a client where objects can be made; undefined: nobody knows where it is. */
export function placeOf({ continent, country, longitude }: Whereabouts): Place | undefined {
  const east = Number(longitude ?? 0)
  if (country !== undefined && MIDDLE_EAST.has(country)) return 'me'
  switch (continent) {
    case 'NA':
      return east < ROCKIES ? 'wnam' : 'enam'
    case 'EU':
      return east > ODER ? 'eeur' : 'weur'
    case 'SA':
      return 'sam'
    case 'AS':
      return 'apac'
    case 'OC':
      return 'oc'
    case 'AF':
      return 'afr'
    default:
      return undefined
  }
}
