import type { Dispatch } from './store.ts'

/** How the link to the stream is. `over`: it does not come back by itself. */
export type Link = 'connecting' | 'open' | 'lost' | 'over'
export interface Refusal {
  status: number
  detail: string
}
interface Handlers {
  frame(frame: Dispatch): void
  /** Frames before `from` (a seq) that were asked for are gone; null: nothing is left. */
  dropped(from: number | null): void
  refused(refusal: Refusal): void
  link(state: Link): void
}

const told = <T>(event: Event): T => JSON.parse((event as MessageEvent).data as string) as T

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000
/** A developer's places for consumers are taken, or we ask too often. */
const REFUSED_WAIT_MS = 15_000

/**
 * The stream as server-sent events. A link that breaks is made again, by the browser or here, and goes on after the last
 * frame that came. `earliest`: what came before this seq is not asked for, however long we were away.
 */
export function newFeed(path: string, earliest: () => number, on: Handlers) {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let last = 0
  let users: readonly string[] | undefined

  function open(): void {
    close()
    on.link('connecting')
    const query = new URLSearchParams({ after: String(Math.max(last, earliest())) })
    if (users) query.set('users', users.join(','))
    const opened = new EventSource(`${path}?${query}`)
    source = opened
    opened.onopen = () => {
      failures = 0
      on.link('open')
    }
    opened.onmessage = (event: MessageEvent) => {
      const frame = told<Dispatch>(event)
      if (frame.seq <= last) return
      last = frame.seq
      on.frame(frame)
    }
    opened.addEventListener('dropped', (event) => on.dropped(told<{ from: number | null }>(event).from))
    opened.addEventListener('refused', (event) => {
      const refusal = told<Refusal>(event)
      on.refused(refusal)
      close()
      // No key gets better by asking again.
      if ([400, 401, 403].includes(refusal.status)) return on.link('over')
      on.link('lost')
      again(REFUSED_WAIT_MS)
    })
    opened.onerror = () => {
      on.link('lost')
      // While it is connecting, the browser tries again by itself, with the id of the last event.
      if (opened.readyState !== EventSource.CLOSED) return
      again(Math.min(FIRST_WAIT_MS * 2 ** failures++, LONGEST_WAIT_MS))
    }
  }
  function again(wait: number): void {
    clearTimeout(timer)
    // Not all pages at once, where all were cut off at once.
    timer = setTimeout(open, wait * (0.75 + Math.random() / 2))
  }
  function close(): void {
    clearTimeout(timer)
    source?.close()
    source = undefined
  }
  return {
    open,
    close,
    /** Only these users from now on; undefined: all. */
    follow(ids: readonly string[] | undefined): void {
      if (ids?.join() === users?.join()) return
      users = ids
      if (source) open()
    },
  }
}
