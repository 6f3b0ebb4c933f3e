import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { soakServices } from '../services/soak.ts'
import { HEAD, killRound, POINTS } from './kill-round.ts'
import type { Answer } from './receiver.ts'
import { measureReceiving } from './receiving-memory.ts'
import { buildWithCrashPoints } from './runtime.ts'
import { isClean, replayed, STREAM_HEAD, streamRound } from './stream-round.ts'
import { castOf, openStreamWorld } from './stream-world.ts'
import { soakSuppliers } from './supplier-soak.ts'
import { openWorld, type World } from './world.ts'

/**
 * The crash matrix at full size: every point again and again, with traffic and in silence, while receiver and network err.
 * npm run soak -- --rounds 10 --people 60 --contents 1000
 * Then streams, killed in the midst of them --streams times; with --rounds 0 these and what follows alone.
 * Then a supplier's batch of --suppliers MB, packed, killed at five points, and as many mutated ones as --mutated.
 * With --receiving 25,50,100: memory while batches of so many MB are received, and nothing else is done.
 * With --services: the troubles of real servers instead, at every kind of destination.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    people: { type: 'string', default: '40' },
    contents: { type: 'string', default: '600' },
    streams: { type: 'string', default: '20' },
    suppliers: { type: 'string', default: '100' },
    mutated: { type: 'string', default: '20000' },
    receiving: { type: 'string', default: '' },
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
let ending = false
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    ending = true
  })
const size = { rounds: Number(values.rounds), contents: Number(values.contents), patienceMs: PATIENCE_MS }
let red = 0
try {
  if (size.rounds > 0) red = await events()
  if (!values.services) red += await streams(Number(values.streams))
  if (!values.services && !ending)
    red += await soakSuppliers(bundle, { mb: Number(values.suppliers), mutated: Number(values.mutated) })
  if (values.receiving && !ending) await measureReceiving(bundle, values.receiving.split(',').map(Number))
} finally {
  rmSync(out, { recursive: true, force: true })
}
process.exitCode = red > 0 ? 1 : 0

async function events(): Promise<number> {
  const world = await openWorld(bundle, { people: Number(values.people) })
  try {
    return values.services ? await soakServices(world, size, () => ending) : await crashes(world)
  } finally {
    await world.close()
  }
}

/** Killed at random moments of everybody's streaming, each third time again while all come back. → how many were bad. */
async function streams(kills: number): Promise<number> {
  if (kills === 0 || ending) return 0
  const world = await openStreamWorld(bundle, { people: 8 })
  let bad = 0
  try {
    await castOf(world)
    console.log(STREAM_HEAD)
    for (let kill = 1; kill <= kills && !ending; kill++) {
      const round = await streamRound(world, { samples: 3_000, twice: kill % 3 === 0, patienceMs: PATIENCE_MS })
      const good = round.inFlight > 0 && isClean(round)
      if (!good) bad++
      console.log(`${round.line}${good ? '' : ' RED'}`)
    }
    const { live, resumed, recipe } = await replayed(world, PATIENCE_MS)
    const same = isDeepStrictEqual(resumed, live) && isDeepStrictEqual(recipe, live)
    console.log(`replayed afterwards: ${live.length} frames${same ? ', as they were' : ', and not as they were RED'}`)
    return same ? bad : bad + 1
  } finally {
    await world.close()
  }
}

/** → how many rounds were bad. */
async function crashes(world: World) {
  const { rounds, contents, patienceMs } = size
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
