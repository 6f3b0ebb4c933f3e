/** A bar of parts, each a share of the whole; what is left over stays empty. Words stand next to it, not in it. */
export interface Part {
  tone: string
  share: number
  title?: string
}

export const Bar = ({ label, parts }: { label: string; parts: Part[] }) => {
  let from = 0
  return (
    <svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label={label}>
      <rect class="rest" width="100" height="4" />
      {parts.map(({ tone, share, title }) => {
        const x = from
        const width = widthOf(share, 100 - from)
        from += width
        return width <= 0 ? null : (
          <rect class={tone} x={x} width={width} height="4">
            {title !== undefined && <title>{title}</title>}
          </rect>
        )
      })}
    </svg>
  )
}

/** What there is at all is seen, however little it is. */
const LEAST = 0.6
const widthOf = (share: number, left: number): number =>
  share <= 0 ? 0 : Math.min(Math.max(Math.round(share * 10_000) / 100, LEAST), left)
