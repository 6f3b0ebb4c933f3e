interface Beat {
  outcome: 'delivered' | 'retry' | 'rejected'
  duration_ms: number
  title: string
}

/** Attempts as bars, oldest first: how long each took, on a scale of powers of ten, and what came of it. */
export const Beats = ({ beats, label }: { beats: Beat[]; label: string }) => {
  const width = 100 / Math.max(beats.length, 24)
  return (
    <svg class="beats" viewBox="0 0 100 20" preserveAspectRatio="none" role="img" aria-label={label}>
      <line x1="0" x2="100" y1="19.8" y2="19.8" stroke-width=".2" />
      {beats.map(({ outcome, duration_ms, title }, i) => {
        const height = heightOf(duration_ms)
        return (
          <rect class={outcome} x={i * width + width * 0.15} y={20 - height} width={width * 0.7} height={height}>
            <title>{title}</title>
          </rect>
        )
      })}
    </svg>
  )
}

/** 1 ms is the foot, 100 s the top. */
const heightOf = (ms: number): number => 2 + (Math.min(Math.log10(Math.max(ms, 1)), 5) / 5) * 17
