import { raw } from 'hono/html'
import { colours } from './docs-style.ts'

/** From lane to lane, with a word on the way; `quiet`: between our own objects. */
interface Arrow {
  from: number
  to: number
  word?: string
  quiet?: true
}
type Row = { title: string } | { arrows: Arrow[] } | { lane: number; words: string[] }

const LANES = [
  { name: 'Producer', note: 'watch, phone' },
  { name: 'Session', note: 'near it' },
  { name: 'Hub', note: 'gives order' },
  { name: 'Session', note: 'near it' },
  { name: 'Consumer', note: 'your backend' },
]
const inward = (word: string): Row => ({
  arrows: [
    { from: 0, to: 1, word },
    { from: 1, to: 2, quiet: true },
    { from: 4, to: 3, word },
    { from: 3, to: 2, quiet: true },
  ],
})
const outward = (word: string, whole: boolean): Row => ({
  arrows: [
    { from: 1, to: 0, word },
    ...(whole ? [{ from: 2, to: 1, quiet: true } as const, { from: 2, to: 3, quiet: true } as const] : []),
    { from: 3, to: 4, word },
  ],
})
const ROWS: Row[] = [
  { title: 'Come in, with a token' },
  outward('HELLO', false),
  inward('IDENTIFY'),
  outward('READY', true),
  { title: 'A sample' },
  {
    arrows: [
      { from: 0, to: 1, word: 'SUBMIT' },
      { from: 1, to: 2, word: 'in one call', quiet: true },
    ],
  },
  { lane: 2, words: ['seq, commit', 'one row'] },
  {
    arrows: [
      { from: 2, to: 3, word: 'from memory', quiet: true },
      { from: 3, to: 4, word: 'DISPATCH' },
    ],
  },
  {
    arrows: [
      { from: 2, to: 1, word: 'stored', quiet: true },
      { from: 1, to: 0, word: 'ACK' },
    ],
  },
  { title: 'Cut off, and back' },
  {
    arrows: [
      { from: 4, to: 3, word: '?after=seq' },
      { from: 3, to: 2, quiet: true },
    ],
  },
  {
    arrows: [
      { from: 2, to: 3, word: 'from store', quiet: true },
      { from: 3, to: 4, word: 'the old' },
    ],
  },
  {
    arrows: [
      { from: 2, to: 3, word: 'from memory', quiet: true },
      { from: 3, to: 4, word: 'the new' },
    ],
  },
]

const WIDTH = 440
const STEP = 88
const HEAD = 46
const HEIGHT_OF = (row: Row): number => ('title' in row ? 36 : 'words' in row ? 40 : 30)
const BOTTOM = HEAD + ROWS.reduce((sum, row) => sum + HEIGHT_OF(row), 0) + 14
const x = (lane: number): number => WIDTH / 2 + (lane - 2) * STEP

const ABOUT =
  'A producer and a consumer each open a socket at a session object near them, get HELLO, send IDENTIFY with a token and get READY. A SUBMIT goes from the producer’s session to the developer’s hub, which numbers and commits it before it is dispatched through the consumer’s session and acknowledged to the producer. A consumer that was cut off connects with after=seq and gets what it missed from the store, and then what is new.'

/** How a stream goes, as a sequence. Its colours are those of the page, or of `style`. */
export const StreamPicture = ({ style }: { style?: string }) => (
  <svg
    xmlns="http://www.w3.org/2000/svg"
    class="sequence"
    viewBox={`0 0 ${WIDTH} ${BOTTOM}`}
    role="img"
    aria-labelledby="sequence-title sequence-about"
    {...(style && { width: WIDTH * 1.5 })}
  >
    <title id="sequence-title">How a stream goes</title>
    <desc id="sequence-about">{ABOUT}</desc>
    {style && <style>{raw(style)}</style>}
    <defs>
      <marker
        id="sequence-tip"
        viewBox="0 0 8 8"
        refX="7"
        refY="4"
        markerUnits="userSpaceOnUse"
        markerWidth="8"
        markerHeight="8"
        orient="auto"
      >
        <path class="tip" d="M0 0 8 4 0 8z" />
      </marker>
    </defs>
    {LANES.map(({ name, note }, lane) => (
      <g>
        <line class="lane" x1={x(lane)} x2={x(lane)} y1={HEAD} y2={BOTTOM - 4} />
        <rect class={lane === 2 ? 'heart' : 'head'} x={x(lane) - 41} y={4} width={82} height={HEAD - 4} rx={8} />
        <text class="name" x={x(lane)} y={22}>
          {name}
        </text>
        <text class="note" x={x(lane)} y={37}>
          {note}
        </text>
      </g>
    ))}
    {ROWS.map((row, i) => (
      <RowOf row={row} y={HEAD + ROWS.slice(0, i + 1).reduce((sum, one) => sum + HEIGHT_OF(one), 0)} />
    ))}
  </svg>
)

const RowOf = ({ row, y }: { row: Row; y: number }) => {
  if ('title' in row)
    return (
      <g>
        <rect class="band" x={0} y={y - 20} width={WIDTH} height={20} rx={4} />
        <text class="title" x={8} y={y - 6}>
          {row.title}
        </text>
      </g>
    )
  if ('words' in row)
    return (
      <g>
        <rect class="heart" x={x(row.lane) - 43} y={y - 33} width={86} height={35} rx={6} />
        {row.words.map((word, i) => (
          <text class="note" x={x(row.lane)} y={y - 19 + i * 14}>
            {word}
          </text>
        ))}
      </g>
    )
  return (
    <g>
      {row.arrows.map(({ from, to, word, quiet }) => {
        const way = Math.sign(to - from)
        return (
          <>
            <path class={quiet ? 'quiet way' : 'way'} d={`M${x(from) + way * 2} ${y}H${x(to) - way * 3}`} />
            {word && (
              <text class={quiet ? 'note' : 'word'} x={(x(from) + x(to)) / 2} y={y - 5}>
                {word}
              </text>
            )}
          </>
        )
      })}
    </g>
  )
}

const ink = `
.sequence { font-family: system-ui, sans-serif; }
.sequence text { text-anchor: middle; }
.sequence .lane { stroke: var(--line); stroke-dasharray: 3 4; }
.sequence .head { fill: var(--raised); stroke: var(--line); }
.sequence .heart { fill: var(--page); stroke: var(--link); stroke-width: 1.25; }
.sequence .band { fill: var(--raised); }
.sequence .name { fill: var(--ink); font-size: 12.5px; font-weight: 600; }
.sequence .note { fill: var(--soft); font-size: 11px; }
.sequence .word { fill: var(--ink); font-size: 12px; font-weight: 600; }
.sequence .title { fill: var(--soft); font-size: 11.5px; font-weight: 600; text-anchor: start; }
.sequence .way { fill: none; stroke: var(--link); stroke-width: 1.5; marker-end: url(#sequence-tip); }
.sequence .quiet { stroke-width: 1; stroke-dasharray: 4 3; }
.sequence .tip { fill: var(--link); }
`
/** Of the picture in a page. */
export const pictureStyle = `${ink}
.sequence { display: block; width: 100%; max-width: 38rem; height: auto; margin: 1.25rem 0; }
`
/** The picture by itself: a file. */
export const streamPictureFile = (): string => String(<StreamPicture style={colours + ink} />)
