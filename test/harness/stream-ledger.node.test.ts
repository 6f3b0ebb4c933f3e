import { expect, test } from 'vitest'
import { CLEAN, type Got, judgeStreams, type Said } from './stream-ledger.ts'

const said = (...sessions: [number, number, number][]): Said => ({
  name: 'a',
  user: 'u',
  type: 'T',
  sessions: sessions.map(([first, sent, acked]) => ({ first, sent, acked })),
})
const got = (k: number, seq = k, more: Partial<Got> = {}): Got => ({
  seq,
  uid: 'u',
  type: 'T',
  producer: 'a',
  k,
  good: true,
  ts: '2026-01-01T00:00:00Z',
  ...more,
})
const judged = (producer: Said, ...lists: Got[][]) =>
  judgeStreams(
    [producer],
    lists.map((list, i) => ({ name: String(i), sees: () => true, got: list })),
  )

test('what was said to be stored and is not heard is lost', () => {
  expect(judged(said([1, 5, 3]), [got(1), got(2), got(3)])).toMatchObject(CLEAN)
  expect(judged(said([1, 5, 3]), [got(1), got(2)])).toMatchObject({ lost: 1 })
})
test('a hole before what was heard is a loss although nothing was said of it', () => {
  expect(judged(said([1, 5, 0]), [got(1), got(2), got(4)])).toMatchObject({ lost: 1 })
})
test('the end of a socket may be missing, and the next one begins anew', () => {
  expect(judged(said([1, 5, 2], [6, 8, 8]), [got(1), got(2), got(3), got(6), got(7), got(8)])).toMatchObject(CLEAN)
  expect(judged(said([1, 5, 2], [6, 8, 8]), [got(1), got(2), got(3), got(7), got(8)])).toMatchObject({ lost: 1 })
})
test('what comes twice, out of order, from nobody or changed is told apart', () => {
  expect(judged(said([1, 3, 3]), [got(1), got(2), got(2, 4), got(3, 5)])).toMatchObject({ duplicated: 1, reordered: 0 })
  expect(judged(said([1, 3, 3]), [got(1), got(3, 2), got(2, 3)])).toMatchObject({ reordered: 1, duplicated: 0 })
  expect(judged(said([1, 2, 2]), [got(1, 5), got(2, 4)])).toMatchObject({ reordered: 1 })
  expect(judged(said([1, 2, 2]), [got(1), got(2), got(3)])).toMatchObject({ phantom: 1 })
  expect(judged(said([1, 2, 2]), [got(1), got(2, 2, { good: false })])).toMatchObject({ corrupted: 1 })
  expect(judged(said([1, 2, 2]), [got(1), got(2, 2, { uid: 'another' })])).toMatchObject({ corrupted: 1 })
})
test('two consumers that know one seq as two samples disagree', () => {
  expect(judged(said([1, 2, 0]), [got(1, 1)], [got(2, 1)])).toMatchObject({ disagreed: 1 })
})
test('a consumer that looks at others only hears nothing of this one', () => {
  const heard = { name: 'filtered', sees: () => false, got: [] as Got[] }
  expect(judgeStreams([said([1, 2, 2])], [heard])).toMatchObject(CLEAN)
  expect(judgeStreams([said([1, 2, 2])], [{ ...heard, got: [got(1)] }])).toMatchObject({ phantom: 1 })
})
