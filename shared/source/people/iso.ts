/** `2026-07-01T23:10:00+02:00`: seconds are enough here. */
export function isoText(at: number, offsetSeconds: number): string {
  const wall = new Date(at + offsetSeconds * 1000).toISOString().slice(0, 19)
  const minutes = Math.abs(offsetSeconds) / 60
  const two = (n: number) => String(n).padStart(2, '0')
  return `${wall}${offsetSeconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
