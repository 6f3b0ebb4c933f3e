import { expect, test } from 'vitest'
import type { Saved } from '../../../shared/sdk/producer/keep.ts'
import { Keeper } from '../../../shared/sdk/producer/keeper.ts'
import { FakeClock } from '../../doubles/fake-clock.ts'

/** A place that is slow: each write is done when the test says so. */
function slowKeeper() {
  const [written, underWay]: [number[], (() => void)[]] = [[], []]
  const save = ({ last }: Saved) =>
    new Promise<void>((resolve) =>
      underWay.push(() => {
        written.push(last)
        resolve()
      }),
    )
  let last = 0
  const snapshot = (): Saved => ({ version: 1, producer: 'p', last, sent: 0, frames: [] })
  const fail = (error: unknown) => {
    throw error
  }
  const keeper = new Keeper({ load: async () => undefined, save }, snapshot, fail, new FakeClock(), 1_000)
  const change = () => {
    last++
    keeper.touch()
  }
  const begun = () => expect.poll(() => underWay).toHaveLength(1)
  const finish = () => underWay.pop()!()
  return { keeper, change, begun, finish, written }
}

test('whoever waits for a write waits for the one that has their change, also where another waits for it too', async () => {
  const { keeper, change, begun, finish, written } = slowKeeper()
  change()
  const first = keeper.flush()
  await begun()
  change()
  const seen = [keeper.flush(), keeper.flush()].map((flushed) => flushed.then(() => [...written]))
  finish()
  await first
  await begun()
  finish()
  expect(await Promise.all(seen)).toEqual([
    [1, 2],
    [1, 2],
  ])
})
