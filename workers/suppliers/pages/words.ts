/** Figures and times as the pages say them. */
export const count = (value: number): string => Math.round(value).toLocaleString('en')

/** `98.4 %`; near the ends with as many digits as tell it from them. */
export function percent(share: number): string {
  const value = share * 100
  const digits = value === 0 || value === 100 ? 0 : value > 99 || value < 1 ? 2 : 1
  return `${Number(value.toFixed(digits))} %`
}

const UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
] as const
/** `1.5 h`: one unit, three digits at most. */
export function span(seconds: number): string {
  const [size, unit] = UNITS.find(([least]) => seconds >= least) ?? [1, 's']
  return `${Number((seconds / size).toPrecision(seconds / size >= 100 ? 3 : 2))} ${unit}`
}

/** `12.4 MB`. */
export function bytes(value: number): string {
  const step = value >= 1e9 ? ([1e9, 'GB'] as const) : value >= 1e6 ? ([1e6, 'MB'] as const) : ([1e3, 'KB'] as const)
  return value < 1_000 ? `${value} bytes` : `${Number((value / step[0]).toPrecision(3))} ${step[1]}`
}

/** `2026-11-27 10:25`, in UTC. */
export const moment = (at: string): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')

export type Tone = 'good' | 'warn' | 'bad' | 'calm'
const TONES: Record<string, Tone> = {
  // of suppliers
  invited: 'calm',
  sandbox: 'warn',
  production: 'good',
  suspended: 'bad',
  closed: 'calm',
  // of contracts
  draft: 'calm',
  review: 'warn',
  active: 'good',
  deprecated: 'warn',
  retired: 'calm',
  // of batches
  receiving: 'calm',
  queued: 'calm',
  processing: 'warn',
  done: 'good',
  refused: 'bad',
  failed: 'bad',
  cancelled: 'calm',
  // of batches, pulls and their objects
  'in trouble': 'bad',
  taken: 'good',
  // of objectives and alerts
  met: 'good',
  ok: 'good',
  at_risk: 'warn',
  breached: 'bad',
  no_data: 'calm',
  raised: 'bad',
  cleared: 'good',
  // of outcomes
  accepted: 'good',
  updated: 'good',
  duplicate: 'calm',
  rejected: 'bad',
  quarantined: 'warn',
}
/** What a broken promise does. */
export const BREACH = {
  alert: 'both sides are told',
  quarantine: 'records are held back',
  suspend: 'the supplier is suspended',
}
export const toneOf = (state: string): Tone => TONES[state] ?? 'calm'
export const inWords = (name: string): string => name.replaceAll('_', ' ')
