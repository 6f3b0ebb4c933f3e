import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { soakServices } from '../services/soak.ts'
import { HEAD, killRound, POINTS } from './kill-round.ts'
import type { Answer } from './receiver.ts'
import { buildWithCrashPoints } from './runtime.ts'
import { openWorld } from './world.ts'

/**
 * The crash matrix at full size: every point again and again, with traffic and in silence, while receiver and network err.
 * npm run soak -- --rounds 10 --people 60 --contents 1000
 * With --services: the troubles of real servers instead, at every kind of destination.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    people: { type: 'string', default: '40' },
    contents: { type: 'string', default: '600' },
    'error-share': { type: 'string', default: '0.02' },
    services: { type: 'boolean', default: false },
  },
})
const errorShare = Number(values['error-share'])
const PATIENCE_MS = 120_000
const MOST_DUPLICATES = 0.02

const unwell: Answer[] = [
  { kind: 'status', status: 500 },
  { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  { kind: 'reset', take: false },
  { kind: 'hang' },
]
const pick = <T>(from: T[]): T => from[Math.floor(Math.random() * from.length)]!

const out = mkdtempSync(join(tmpdir(), 'fascia-soak-'))
const bundle = await buildWithCrashPoints(join(import.meta.dirname, '..', '..'), out)
const world = await openWorld(bundle, { people: Number(values.people) })
let ending = false
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    ending = true
  })
let red = 0
try {
  const size = { rounds: Number(values.rounds), contents: Number(values.contents), patienceMs: PATIENCE_MS }
  red = values.services ? await soakServices(world, size, () => ending) : await crashes(size)
} finally {
  await world.close()
  rmSync(out, { recursive: true, force: true })
}
process.exitCode = red > 0 ? 1 : 0

/** → how many rounds were bad. */
async function crashes({ rounds, contents, patienceMs }: { rounds: number; contents: number; patienceMs: number }) {
  let bad = 0
  world.receiver.behaves(() =>
    Math.random() < errorShare ? pick(unwell) : { kind: 'ok', afterMs: Math.random() * 30 },
  )
  world.door.behaves(() => (Math.random() < errorShare ? { kind: 'reset before' } : { kind: 'none' }))
  world.way.behaves(() => (Math.random() < errorShare ? { kind: 'delay', ms: 200 } : { kind: 'none' }))
  console.log(HEAD)
  for (let round = 0; round < rounds && !ending; round++)
    for (const point of POINTS) {
      if (ending) break
      const silent = (round + POINTS.indexOf(point)) % 2 === 1
      const { line, landed, judgement, overlapping } = await killRound(world, point, { contents, silent, patienceMs })
      const { lost, reordered, phantom, corrupted } = judgement
      const isBad = !landed || lost + reordered + phantom + corrupted + overlapping > 0
      if (isBad) bad++
      console.log(`${line}${isBad ? ' RED' : ''}`)
    }
  const { duplicated, landed } = world.judge()
  console.log(`duplicates: ${duplicated} of ${landed} (${((100 * duplicated) / landed).toFixed(2)} %)`)
  return duplicated / landed > MOST_DUPLICATES ? bad + 1 : bad
}
