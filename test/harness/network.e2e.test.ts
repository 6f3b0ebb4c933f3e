import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Trouble } from './fault-proxy.ts'
import { testBuild } from './test-build.ts'
import { openWorld, type World } from './world.ts'

const CONTENTS = 150
const none: Trouble = { kind: 'none' }

/** Every third request meets it. */
const TROUBLE: [string, Trouble][] = [
  ['delays answers', { kind: 'delay', ms: 150 }],
  ['delays answers beyond the time-out', { kind: 'delay', ms: 1_400 }],
  ['resets connections before the request is through', { kind: 'reset before' }],
  ['loses answers', { kind: 'reset after' }],
]

describe('the network', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld(await testBuild(), { people: 12 })
  })
  afterAll(async () => {
    await world?.close()
  })

  for (const place of ['door', 'way'] as const)
    test.each(TROUBLE)(
      `${place === 'door' ? 'to the door' : 'to the receiver'} %s: all lands, in order`,
      async (_, trouble) => {
        let calls = 0
        world[place].behaves(() => (++calls % 3 === 0 ? trouble : none))
        const before = world[place].counts[trouble.kind]
        const enough = world.ledger.sent.size + CONTENTS
        const generator = world.newGenerator(() => 20)
        generator.start()
        await world.until(() => world.ledger.sent.size >= enough, `${enough} contents sent`)
        await generator.stop()
        world[place].behaves(() => none)
        expect(world[place].counts[trouble.kind]).toBeGreaterThan(before)
        expect(await world.landed()).toBe(true)
        const { lost, reordered, phantom, corrupted } = world.judge()
        expect({ lost, reordered, phantom, corrupted }).toEqual({ lost: 0, reordered: 0, phantom: 0, corrupted: 0 })
      },
    )
})
