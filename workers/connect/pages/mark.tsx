/** Hues of widget-style.ts: `.hue-0` and on. */
export const HUES = 10

/** A source's mark, drawn from its name: we show nobody's trademark. */
export const Mark = ({ name, large = false }: { name: string; large?: boolean }) => (
  <span class={`mark hue-${hueOf(name)}${large ? ' large' : ''}`} aria-hidden="true">
    {initials(name)}
  </span>
)

/** Of the first two words; "Oura" is O, "Google Fit" is GF. */
export const initials = (name: string) =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => ([...word][0] ?? '').toUpperCase())
    .join('')

export const hueOf = (name: string) =>
  [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) % 9973, 7) % HUES
