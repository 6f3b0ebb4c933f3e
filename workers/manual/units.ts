import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/base/time.ts'

const UNITS = [
  ['h', HOUR_MS],
  ['min', MINUTE_MS],
  ['s', SECOND_MS],
] as const
export function time(ms: number): string {
  const [unit, length] = UNITS.find(([, length]) => ms >= length) ?? ['ms', 1]
  return `${Math.round((ms / length) * 10) / 10} ${unit}`
}
export function size(bytes: number): string {
  const [unit, length] = bytes >= 1024 ** 3 ? ['GB', 1024 ** 3] : bytes >= 1024 ** 2 ? ['MB', 1024 ** 2] : ['KB', 1024]
  return `${Math.round((bytes / length) * 10) / 10} ${unit}`
}
