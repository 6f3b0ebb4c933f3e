import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildWithCrashPoints } from '../harness/runtime.ts'
import { openWorld, type World } from '../harness/world.ts'
import { addSinks, round, table, type Watched, wrong } from './matrix.ts'
import { openSinks } from './sinks/open.ts'
import { TROUBLES, type TroubleName } from './sinks/sink.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const PATIENCE_MS = 45_000

/** Each trouble at all kinds at the same time, while the same events go to all of them. */
describe('a destination on a real server', () => {
  const out = mkdtempSync(join(tmpdir(), 'fascia-build-'))
  let world: World
  let opened: Awaited<ReturnType<typeof openSinks>>
  let watched: Watched[]
  beforeAll(async () => {
    const bundle = buildWithCrashPoints(ROOT, out)
    opened = await openSinks()
    world = await openWorld(await bundle, { people: 8, delivery: { max_records_per_call: 10 } })
    watched = await addSinks(world, opened.sinks)
  })
  afterAll(async () => {
    await world?.close()
    await opened?.close()
    rmSync(out, { recursive: true, force: true })
  })

  test.each(Object.entries(TROUBLES) as [TroubleName, string][])('%s: %s', async (trouble) => {
    const lines = await round(world, watched, trouble, { contents: 40, patienceMs: PATIENCE_MS })
    console.log(table(trouble, lines))
    for (const line of lines) expect({ kind: line.kind, ...wrong(line, watched) }).toEqual({ kind: line.kind })
    // The webhook beside them noticed nothing.
    expect(await world.landed()).toBe(true)
    expect(world.judge()).toMatchObject({ lost: 0, reordered: 0, phantom: 0, corrupted: 0, duplicated: 0 })
  })
})
