import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ANOMALIES } from '../../shared/source/people/anomalies.ts'
import { Life } from '../../shared/source/people/life.ts'
import { outline, weightOf } from '../../shared/source/people/outline.ts'
import { truth } from '../../shared/source/people/sendings.ts'
import { vitals } from '../../shared/source/people/vitals.ts'

/** The picture in docs/sandbox.md: `node test/source/draw-fortnight.ts`. */
const FIRST = Date.parse('2026-07-01') / 86_400_000
const [LEFT, COLUMN, BAND, GAP] = [112, 52, 56, 14]
const WIDTH = LEFT + 14 * COLUMN + 16
const days = Array.from({ length: 14 }, (_, i) => FIRST + i)
const middle = (i: number) => LEFT + (i + 0.5) * COLUMN

/** What each day of the fortnight is in for. */
const MARKS = [
  '',
  'twice',
  'wrong',
  'put right',
  'held back',
  '',
  'missing',
  '5 comes',
  'ill',
  'ill',
  'ill',
  'ill',
  'away',
  'away',
]

export function fortnight(): string {
  const life = new Life({ person: 'marathon-runner', begins: FIRST, anomalies: [...ANOMALIES] })
  const top = (band: number) => 46 + band * (BAND + GAP)
  const hour = (day: number, at: number) => (at - life.midnight(day)) / 3_600_000
  const sleeps = days.map((day, i) => {
    const { bedAt, wakeAt } = outline(life, day)
    // From six in the evening before to noon.
    const y = (at: number) => top(0) + ((hour(day, at) + 6) / 18) * BAND
    return box(middle(i) - 9, y(bedAt), 18, y(wakeAt) - y(bedAt), '#5b6ee1')
  })
  const steps = days.map((day) => (truth(life, day, 'days')[0] as { steps: number }).steps)
  const kcal = days.map((day) => outline(life, day).sessions.reduce((sum, one) => sum + one.kcal, 0))
  const bands = [
    bars(steps, top(1), '#3a9d6e'),
    bars(kcal, top(2), '#d98032'),
    line(
      days.map((day) => vitals(life, day).restingHr),
      top(3),
      '#c8473f',
    ),
    line(
      days.map((day) => vitals(life, day).hrvMs),
      top(4),
      '#7a55b5',
    ),
    line(
      days.map((day) => vitals(life, day).bodyCelsius),
      top(5),
      '#a8672a',
    ),
    line(
      days.map((day) => Math.round(weightOf(life, day) * 100) / 100),
      top(6),
      '#4a7f99',
    ),
  ]
  const names = ['asleep 18–12 h', 'steps', 'workouts, kcal', 'resting bpm', 'RMSSD, ms', 'body °C', 'weight, kg']
  const height = top(names.length) + 8
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="11" role="img">`,
    '<title>A fortnight of the marathon runner with all anomalies</title>',
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...days.flatMap((_, i) => [
      MARKS[i]
        ? `<rect x="${LEFT + i * COLUMN + 1}" y="4" width="${COLUMN - 2}" height="${height - 8}" fill="${MARKS[i] === 'ill' ? '#fbeceb' : '#f4f4f1'}" rx="3"/>`
        : '',
      label(middle(i), 17, `day ${i + 1}`, 'middle', '#333333'),
      MARKS[i] ? label(middle(i), 33, MARKS[i]!, 'middle', '#777777', 10) : '',
    ]),
    ...names.map((name, band) => label(LEFT - 8, top(band) + BAND / 2 + 4, name, 'end', '#333333')),
    ...sleeps,
    ...bands,
    '</svg>',
    '',
  ]
    .filter((part, i, all) => part !== '' || i === all.length - 1)
    .join('\n')
}

const n = (value: number) => String(Math.round(value * 10) / 10)
const box = (x: number, y: number, width: number, height: number, fill: string) =>
  `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" fill="${fill}" rx="2"/>`
const label = (x: number, y: number, text: string, anchor: string, fill: string, size = 11) =>
  `<text x="${n(x)}" y="${n(y)}" text-anchor="${anchor}" fill="${fill}" font-size="${size}">${text}</text>`

function bars(values: number[], top: number, fill: string): string {
  const most = Math.max(...values)
  return values
    .map(
      (value, i) =>
        box(middle(i) - 9, top + BAND - (value / most) * (BAND - 12), 18, (value / most) * (BAND - 12), fill) +
        (value > 0
          ? label(middle(i), top + BAND - (value / most) * (BAND - 12) - 3, String(value), 'middle', '#666666', 9)
          : ''),
    )
    .join('\n')
}
function line(values: number[], top: number, stroke: string): string {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const y = (value: number) => top + BAND - 6 - ((value - least) / (most - least)) * (BAND - 22)
  const points = values.map((value, i) => `${n(middle(i))},${n(y(value))}`).join(' ')
  const told = values.map((value, i) => label(middle(i), y(value) - 5, String(value), 'middle', '#666666', 9))
  return [`<polyline points="${points}" fill="none" stroke="${stroke}" stroke-width="2"/>`, ...told].join('\n')
}

if (process.argv[1] === import.meta.filename)
  writeFileSync(join(import.meta.dirname, '../../docs/sandbox-fortnight.svg'), fortnight())
