/** The surfaces of widget-style.ts that text in the accent colour stands on. */
export const SURFACES = { light: '#ffffff', dark: '#16191d' } as const
/** WCAG 2.2, 1.4.3, for text of any size. */
export const TEXT_CONTRAST = 4.5
const DEFAULT_ACCENT = '#0b6b5d'

export interface Accent {
  /** As the developer gave it. */
  fill: string
  onFill: string
  /** The colour itself, or as near to it as can be read there. */
  onLight: string
  onDark: string
}
/** Anything but #rrggbb would be a way into the style sheet. */
export function accentOf(color: string | null): Accent {
  const fill = /^#[0-9a-f]{6}$/i.test(color ?? '') ? color!.toLowerCase() : DEFAULT_ACCENT
  return {
    fill,
    onFill: contrast(fill, '#ffffff') >= TEXT_CONTRAST ? '#ffffff' : '#000000',
    onLight: readable(fill, SURFACES.light, '#000000'),
    onDark: readable(fill, SURFACES.dark, '#ffffff'),
  }
}

/** Mixed with the far end, step by step, until it can be read. */
function readable(color: string, surface: string, towards: string): string {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(color, towards, share)
    if (contrast(mixed, surface) >= TEXT_CONTRAST) return mixed
  }
  return towards
}

/** WCAG 2.2, "contrast ratio". */
export function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (high + 0.05) / (low + 0.05)
}
function luminance(color: string): number {
  const [r, g, b] = channels(color).map((channel) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const channels = (color: string) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
function mix(color: string, other: string, share: number): string {
  const far = channels(other)
  const mixed = channels(color).map((channel, at) => Math.round(channel + (far[at]! - channel) * share))
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}
