/** Durations and sizes in words, the same on the page as it is sent and in what its script writes over it. */

export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (seconds < 99.5) return `${Math.round(seconds)} s`
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} days`
}

/** `84 ms`, `0.4 ms`, `1.2 s`. */
export function milliseconds(ms: number): string {
  if (ms >= 10_000) return duration(ms)
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${ms >= 10 || Number.isInteger(ms) ? Math.round(ms) : ms.toFixed(1)} ms`
}

export function bytes(count: number): string {
  if (count < 1_000) return `${count} B`
  if (count < 1e6) return `${(count / 1e3).toFixed(count < 1e4 ? 1 : 0)} kB`
  return `${(count / 1e6).toFixed(count < 1e7 ? 1 : 0)} MB`
}

/** Enough of an id to tell it from its neighbours. */
export const shortId = (id: string): string => (id.length > 18 ? `${id.slice(0, 8)}…${id.slice(-6)}` : id)

/** The link between a phone and what it reads, as its producer reported it. */
export function deviceOf(device: { connected: boolean; device_id?: string; reason?: string } | null): string {
  if (!device) return 'not reported'
  const more = device.connected ? device.device_id : (device.reason ?? device.device_id)
  return `${device.connected ? 'linked' : 'not linked'}${more ? `: ${more}` : ''}`
}
