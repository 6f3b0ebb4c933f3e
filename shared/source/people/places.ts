/** Where people live, and where they travel to. Rounded to a hundredth of a degree: nobody's door. */
export interface City {
  zone: string
  city: string
  country: string
  latitude: number
  longitude: number
}
// biome-ignore format: a table reads better in rows.
export const CITIES: City[] = [
  { zone: 'Europe/Berlin', city: 'Berlin', country: 'DE', latitude: 52.52, longitude: 13.4 },
  { zone: 'Europe/London', city: 'London', country: 'GB', latitude: 51.5, longitude: -0.12 },
  { zone: 'America/New_York', city: 'New York', country: 'US', latitude: 40.78, longitude: -73.97 },
  { zone: 'America/Los_Angeles', city: 'Los Angeles', country: 'US', latitude: 34.05, longitude: -118.25 },
  { zone: 'America/Sao_Paulo', city: 'São Paulo', country: 'BR', latitude: -23.55, longitude: -46.63 },
  { zone: 'Africa/Nairobi', city: 'Nairobi', country: 'KE', latitude: -1.29, longitude: 36.82 },
  { zone: 'Asia/Kolkata', city: 'Mumbai', country: 'IN', latitude: 19.08, longitude: 72.88 },
  { zone: 'Asia/Tokyo', city: 'Tokyo', country: 'JP', latitude: 35.68, longitude: 139.77 },
  { zone: 'Australia/Sydney', city: 'Sydney', country: 'AU', latitude: -33.87, longitude: 151.21 },
]
export const cityOf = (name: string): City => {
  const found = CITIES.find(({ city }) => city === name)
  if (!found) throw new Error(`nobody lives in ${name}`)
  return found
}
