const STEPS = [
  ['Push', 'bytes are durable'],
  ['Contract', 'schema, mapping'],
  ['Person', 'subject, consent'],
  ['Record', 'new, newer, known'],
  ['Delivery', 'in order, retried'],
] as const
const [WIDTH, GAP] = [124, 20]

/** A record’s way from a supplier to a destination, and where it may leave it. A phone scrolls it. */
export const SupplierPicture = () => (
  <div class="scrolls" tabindex={0}>
    <svg
      class="way-in"
      viewBox="0 0 700 150"
      role="img"
      aria-label="A push goes through the contract, to the person, becomes a record and is delivered; what is against the contract is rejected with a report, what cannot be taken yet waits in quarantine"
    >
      {STEPS.map(([title, what], i) => {
        const x = i * (WIDTH + GAP)
        return (
          <g>
            <rect class="box" x={x} y="8" width={WIDTH} height="54" rx="8" />
            <text class="name" x={x + WIDTH / 2} y="31" text-anchor="middle">
              {title}
            </text>
            <text x={x + WIDTH / 2} y="49" text-anchor="middle">
              {what}
            </text>
            {i < STEPS.length - 1 && <path class="flow" d={`M${x + WIDTH} 35h${GAP}`} />}
          </g>
        )
      })}
      <Leaves at={1} title="rejected" what="report says where" />
      <Leaves at={2} title="quarantined" what="mend it, send it on" />
    </svg>
  </div>
)

const Leaves = ({ at, title, what }: { at: number; title: string; what: string }) => {
  const x = at * (WIDTH + GAP)
  return (
    <g>
      <path class="flow" d={`M${x + WIDTH / 2} 62v26`} />
      <rect class="box" x={x} y="88" width={WIDTH} height="54" rx="8" />
      <text class="name" x={x + WIDTH / 2} y="111" text-anchor="middle">
        {title}
      </text>
      <text x={x + WIDTH / 2} y="129" text-anchor="middle">
        {what}
      </text>
    </g>
  )
}

export const supplierPictureStyle = `
.way-in { display: block; width: 100%; max-width: 46rem; height: auto; margin: 1.25rem 0; }
.way-in .box { fill: var(--raised); stroke: var(--line); } .way-in .flow { fill: none; stroke: var(--soft); stroke-width: 1.5; }
.way-in text { fill: var(--soft); font: 12px system-ui, sans-serif; } .way-in .name { fill: var(--ink); font-weight: 600; font-size: 14px; }
.scrolls { overflow-x: auto; } @media (max-width: 40rem) { .way-in { min-width: 40rem; } }
`
