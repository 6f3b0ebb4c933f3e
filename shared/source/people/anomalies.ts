/** What goes wrong, on which day of each fortnight. The first day is the one on which a person is connected. */
export const FORTNIGHT = 14
export const ANOMALIES = ['duplicates', 'updates', 'late', 'gaps', 'illness', 'clock_change'] as const
export type Anomaly = (typeof ANOMALIES)[number]

export const TWICE_ON = 2
/** A sleep that was cut off too early and a weight with shoes on; put right the day after. */
export const WRONG_ON = 3
export const RIGHT_ON = 4
/** Nothing of this day comes before the other. */
export const HELD_ON = 5
export const LATE_ON = 8
/** Nothing of this day ever comes. */
export const MISSING_ON = 7
/** Day → how ill, 0–1. */
export const ILL_ON: Record<number, number> = { 9: 0.7, 10: 1, 11: 0.8, 12: 0.4 }
/** In another time zone. */
export const AWAY_FROM = 13

export const ABOUT: Record<Anomaly, string> = {
  duplicates: `day ${TWICE_ON} is sent twice, byte for byte`,
  updates: `a sleep and a weight of day ${WRONG_ON} are corrected on day ${RIGHT_ON}, under the same ids`,
  late: `day ${HELD_ON} arrives on day ${LATE_ON}, after newer ones`,
  gaps: `day ${MISSING_ON} never arrives`,
  illness: 'from day 9 to 12 resting heart rate and temperature are up, variability, steps and training down',
  clock_change: `days ${AWAY_FROM} and ${FORTNIGHT} are lived in another time zone`,
}
