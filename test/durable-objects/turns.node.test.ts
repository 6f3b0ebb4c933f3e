import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Turns } from '../../durable-objects/supplier-desk/turns.ts'
import { SUPPLY } from '../../shared/base/supply-limits.ts'
import type { BatchNudge } from '../../shared/supply/desk.ts'

const DESK = 'eu/dev_1/sup_1/sandbox'

let sent: BatchNudge[]
let works: boolean
let turns: Turns
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  sent = []
  works = true
  const send = async (message: BatchNudge) => {
    if (!works) throw new TypeError('the queue does not answer')
    sent.push(message)
  }
  turns = new Turns({ send } as unknown as Queue<BatchNudge>, DESK)
})
afterEach(() => vi.useRealTimers())
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms)

test('however much comes, one message waits; when it is here the next may be said', async () => {
  for (let i = 0; i < 5; i++) await turns.call()
  expect(sent).toEqual([{ desk: DESK, turn: expect.any(String) }])
  turns.begun(sent[0]!.turn)
  for (let i = 0; i < 5; i++) await turns.call()
  expect(sent).toHaveLength(2)
})
test('one that never comes is said again after a while, and not before', async () => {
  await turns.call()
  pass(SUPPLY.calledMs - 1)
  await turns.call()
  expect(sent).toHaveLength(1)
  pass(1)
  await turns.call()
  expect(sent).toHaveLength(2)
})
test('one that comes late, or again, does not stand for the one that was said after it', async () => {
  await turns.call()
  pass(SUPPLY.calledMs)
  await turns.call()
  turns.begun(sent[0]!.turn)
  await turns.call()
  expect(sent).toHaveLength(2)
  turns.begun(sent[1]!.turn)
  turns.begun(sent[0]!.turn)
  await turns.call()
  expect(sent).toHaveLength(3)
})
test('what the queue does not take is said at the next call', async () => {
  works = false
  await turns.call()
  expect(sent).toEqual([])
  works = true
  await turns.call()
  expect(sent).toHaveLength(1)
})
