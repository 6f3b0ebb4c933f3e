import type { Branch } from '../../source/xml-tree.ts'

/** The mean radius of the earth (IUGG), for distances along a great circle. */
const EARTH_METERS = 6_371_008.8
const rad = (degrees: number): number => (degrees * Math.PI) / 180

/** The haversine formula: exact to half a percent, the earth being no sphere. */
export function haversine(from: [number, number], to: [number, number]): number {
  const [a, b] = [rad(from[0]), rad(to[0])]
  const [height, width] = [Math.sin((b - a) / 2), Math.sin(rad(to[1] - from[1]) / 2)]
  const h = height * height + Math.cos(a) * Math.cos(b) * width * width
  return 2 * EARTH_METERS * Math.asin(Math.min(1, Math.sqrt(h)))
}

/**
 * Adds to each point how far it is along the track, in meters to the centimeter. Between segments there is no way: the
 * recording was paused or lost there, and what was gone in between is not known.
 */
export function addDistances(segments: Branch[][]): void {
  let total = 0
  for (const segment of segments) {
    let last: [number, number] | undefined
    for (const point of segment) {
      const here: [number, number] = [Number(point.lat), Number(point.lon)]
      if (Number.isNaN(here[0]) || Number.isNaN(here[1])) continue
      if (last) total += haversine(last, here)
      last = here
      ;(point as Record<string, unknown>).measured_distance = Math.round(total * 100) / 100
    }
  }
}
