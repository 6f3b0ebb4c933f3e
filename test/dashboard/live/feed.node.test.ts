import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { newFeed } from '../../../workers/dashboard/scripts/live/feed.ts'
import type { Dispatch } from '../../../workers/dashboard/scripts/live/store.ts'

/** The browser's end of an event stream, moved by the test. */
class FakeSource {
  static readonly CLOSED = 2
  static opened: FakeSource[] = []
  static get last(): FakeSource {
    return FakeSource.opened.at(-1)!
  }
  readyState = 0
  onopen?: () => void
  onmessage?: (event: { data: string }) => void
  onerror?: () => void
  private readonly listeners = new Map<string, (event: { data: string }) => void>()
  readonly query: URLSearchParams
  constructor(url: string) {
    this.query = new URL(url, 'http://localhost').searchParams
    FakeSource.opened.push(this)
  }
  addEventListener(name: string, listener: (event: { data: string }) => void): void {
    this.listeners.set(name, listener)
  }
  close(): void {
    this.readyState = FakeSource.CLOSED
  }
  sends(seq: number): void {
    this.onmessage?.({ data: JSON.stringify({ op: 5, uid: 'ann', seq, t: 'HEART_RATE', d: { val: 1 } }) })
  }
  says(name: string, data: object): void {
    this.listeners.get(name)?.({ data: JSON.stringify(data) })
  }
  /** `for good`: the answer was none that an EventSource takes; otherwise the browser tries again by itself. */
  breaks(forGood: boolean): void {
    if (forGood) this.readyState = FakeSource.CLOSED
    this.onerror?.()
  }
}

const seen: { seqs: number[]; links: string[]; dropped: (number | null)[]; refused: string[] } = {
  seqs: [],
  links: [],
  dropped: [],
  refused: [],
}
const feedFrom = (earliest: () => number) =>
  newFeed('/events', earliest, {
    frame: ({ seq }: Dispatch) => seen.seqs.push(seq),
    dropped: (from) => seen.dropped.push(from),
    refused: ({ detail }) => seen.refused.push(detail),
    link: (state) => seen.links.push(state),
  })

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', FakeSource)
  FakeSource.opened = []
  Object.assign(seen, { seqs: [], links: [], dropped: [], refused: [] })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the feed of the live page', () => {
  test('begins where it is told to, and goes on after the last frame when the server was away', () => {
    feedFrom(() => 1_000).open()
    expect(FakeSource.last.query.get('after')).toBe('1000')
    FakeSource.last.onopen?.()
    FakeSource.last.sends(1_001)
    FakeSource.last.sends(1_005)
    FakeSource.last.breaks(true)
    expect(seen.links).toEqual(['connecting', 'open', 'lost'])
    vi.advanceTimersByTime(1_250)
    expect(FakeSource.opened).toHaveLength(2)
    expect(FakeSource.last.query.get('after')).toBe('1005')
  })
  test('takes a frame once, whoever tries again', () => {
    feedFrom(() => 0).open()
    for (const seq of [1, 2, 2, 1, 3]) FakeSource.last.sends(seq)
    FakeSource.last.breaks(false)
    // The browser asks again itself: a second link would bring everything twice.
    vi.advanceTimersByTime(60_000)
    expect(FakeSource.opened).toHaveLength(1)
    for (const seq of [3, 4]) FakeSource.last.sends(seq)
    expect(seen.seqs).toEqual([1, 2, 3, 4])
  })
  test('asks more and more seldom while there is no answer, and soon again once there was one', () => {
    feedFrom(() => 0).open()
    const waits: number[] = []
    for (let i = 0; i < 8; i++) {
      FakeSource.last.breaks(true)
      const [before, count] = [Date.now(), FakeSource.opened.length]
      while (FakeSource.opened.length === count) vi.advanceTimersByTime(50)
      waits.push(Date.now() - before)
    }
    expect(waits[0]).toBeLessThanOrEqual(1_300)
    expect(waits[7]).toBeGreaterThanOrEqual(22_000)
    expect(Math.max(...waits)).toBeLessThanOrEqual(37_600)
    FakeSource.last.onopen?.()
    FakeSource.last.breaks(true)
    const count = FakeSource.opened.length
    vi.advanceTimersByTime(1_300)
    expect(FakeSource.opened).toHaveLength(count + 1)
  })
  test('does not ask for what no chart shows any more, however long it was away', () => {
    let earliest = 0
    const feed = feedFrom(() => earliest)
    feed.open()
    FakeSource.last.sends(5)
    feed.close()
    earliest = 900
    feed.open()
    expect(FakeSource.last.query.get('after')).toBe('900')
  })
  test('passes on what was dropped, and why it was refused', () => {
    feedFrom(() => 0).open()
    FakeSource.last.says('dropped', { from: 700 })
    FakeSource.last.says('dropped', { from: null })
    expect(seen.dropped).toEqual([700, null])
    FakeSource.last.says('refused', { status: 429, detail: '10 consumers are connected' })
    expect(seen.refused).toEqual(['10 consumers are connected'])
    vi.advanceTimersByTime(19_000)
    expect(FakeSource.opened).toHaveLength(2)
    FakeSource.last.says('refused', { status: 403, detail: 'this key lacks the scope stream:read' })
    vi.advanceTimersByTime(600_000)
    expect(FakeSource.opened).toHaveLength(2)
    expect(seen.links.at(-1)).toBe('over')
  })
  test('asks anew where other users are wanted, and only then', () => {
    const feed = feedFrom(() => 0)
    feed.follow(['a', 'b'])
    expect(FakeSource.opened).toHaveLength(0)
    feed.open()
    expect(FakeSource.last.query.get('users')).toBe('a,b')
    FakeSource.last.sends(8)
    feed.follow(['a', 'b'])
    expect(FakeSource.opened).toHaveLength(1)
    feed.follow(undefined)
    expect(FakeSource.opened[0]!.readyState).toBe(FakeSource.CLOSED)
    expect([FakeSource.last.query.get('users'), FakeSource.last.query.get('after')]).toEqual([null, '8'])
  })
})
