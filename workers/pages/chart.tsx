/** Where scripts/chart/chart.ts draws; `--tone` is its colour. */
export const Chart = ({ label, ...own }: { label: string; id?: string; 'data-of'?: string }) => (
  <svg class="chart" role="img" aria-label={label} {...own}>
    <g class="grid" />
    <svg class="plot" aria-hidden="true">
      <path class="area" />
      <path class="line" />
    </svg>
    <g class="head" transform="translate(-99 -99)">
      <circle class="halo" r="9" />
      <circle r="4" />
    </g>
  </svg>
)

/** Lines keep a contrast of 3 to their ground, light and dark. */
export const chartStyle = `
:root { --heart: #c8324e; --tint: 14%; }
@media (prefers-color-scheme: dark) { :root { --heart: #ff7d92; --tint: 20%; } }
.chart { display: block; width: 100%; height: 11rem; }
.chart .grid line { stroke: var(--line); }
.chart .grid .time { stroke: var(--soft); }
.chart text { fill: var(--soft); font: .75rem system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.chart .line { fill: none; stroke: var(--tone); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.chart .area { fill: color-mix(in srgb, var(--tone) var(--tint), transparent); }
.chart .head circle { fill: var(--tone); }
.chart .head .halo { opacity: .25; }
`
