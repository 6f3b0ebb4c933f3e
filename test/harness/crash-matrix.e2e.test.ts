import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CrashPoint } from '../../shared/base/crash-point.ts'
import { buildWithCrashPoints } from './runtime.ts'
import { openWorld, type World } from './world.ts'

const POINTS: CrashPoint[] = [
  'before-accept',
  'after-accept',
  'before-append',
  'after-append',
  'lease-taken',
  'request-unanswered',
  'answered-before-settle',
  'mid-settle',
  'alarm-before-rearm',
  'segment-put-before-delete',
  'group-commit',
]
const MOST_DUPLICATES = 0.02
/** Traffic before each kill. */
const TRAFFIC_MS = Number(process.env.TRAFFIC_MS ?? 2_500)
const ROOT = join(import.meta.dirname, '..', '..')

/** At each point the runtime is killed with SIGKILL and started again; its queues forget everything. */
describe('the runtime dies', () => {
  const out = mkdtempSync(join(tmpdir(), 'fascia-build-'))
  let world: World
  beforeAll(async () => {
    world = await openWorld(await buildWithCrashPoints(ROOT, out), { people: 12 })
    world.receiver.behaves(() => ({ kind: 'ok', afterMs: 10 }))
    console.log(
      row(
        'point',
        'killed',
        'in flight: owed/sending/receiving',
        'sent',
        'landed',
        'lost',
        'dup',
        'reord',
        'phantom',
        'corrupt',
        'ms',
      ),
    )
  })
  afterAll(async () => {
    await world?.close()
    rmSync(out, { recursive: true, force: true })
  })

  test.each(POINTS)('at %s: nothing is lost, reordered or made up', async (point) => {
    const startedAt = Date.now()
    const generator = world.newGenerator(() => 20)
    generator.start()
    await new Promise((resolve) => setTimeout(resolve, TRAFFIC_MS))
    const { signal, pids, flight } = await world.killAt(point, generator)
    await world.runtime.start()
    await generator.stop()
    const landed = await world.landed()
    const found = world.judge()
    const { sent, lost, duplicated, reordered, phantom, corrupted } = found
    console.log(
      row(
        point,
        `${signal} ${pids.join('+')}`,
        `${flight.owed}/${flight.sending}/${flight.receiving}`,
        sent,
        found.landed,
        lost,
        duplicated,
        reordered,
        phantom,
        corrupted,
        Date.now() - startedAt,
      ),
    )
    expect(landed, 'everything that was taken lands').toBe(true)
    expect({ lost, reordered, phantom, corrupted }).toEqual({ lost: 0, reordered: 0, phantom: 0, corrupted: 0 })
    expect(world.receiver.overlapping, 'two requests of one connection at once').toBe(0)
  })

  test('duplicates stay below 2 % of what landed', () => {
    const { duplicated, landed } = world.judge()
    console.log(`duplicates: ${duplicated} of ${landed} (${((100 * duplicated) / landed).toFixed(2)} %)`)
    expect(duplicated / landed).toBeLessThanOrEqual(MOST_DUPLICATES)
  })
})

const row = (...cells: (string | number)[]) =>
  cells.map((cell, i) => String(cell).padEnd([26, 22, 34][i] ?? 8)).join(' ')
