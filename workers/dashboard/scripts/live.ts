import { SPAN_MS } from '../../pages/scripts/chart/series.ts'
import { write } from './live/card.ts'
import { hubTimeOf, offsetOf, seqAt } from './live/clock.ts'
import { type Link, newFeed } from './live/feed.ts'
import { figuresOf, spread } from './live/figures.ts'
import { MOST_CARDS } from './live/people.ts'
import type { LiveState } from './live/views.ts'
import { newWatch } from './live/watch.ts'

/** The live page: one stream for all charts, a question every few seconds for who is there. Nothing is kept in the browser. */
const POLL_MS = 4_000
/** Many who come at once are one question. */
const SOON_MS = 200
const ALL_MS = 2_000
/** A tab that nobody looks at for so long gives its place among the consumers back. */
const HIDDEN_MS = 60_000

const page = document.querySelector<HTMLElement>('#live')!
const find = <T extends Element = HTMLElement>(selector: string) => page.querySelector<T>(selector)!
const [notice, link, more, none] = ['#notice', '#link', '#more', '#none'].map((selector) => find(selector))
const span = find<HTMLSelectElement>('#span')
const pause = find<HTMLButtonElement>('#pause')

let offset = Number(page.dataset.now) - Date.now()
const now = () => Date.now() + offset
const still = matchMedia('(prefers-reduced-motion: reduce)')
const watch = newWatch(find('#users'), find<HTMLTemplateElement>('#card'))

const LINKS: Record<Link, string> = {
  connecting: 'Connecting…',
  open: 'Connected',
  lost: 'Link lost, trying again…',
  over: 'Not connected',
}
let linkedAt = Number.POSITIVE_INFINITY
const feed = newFeed('/dashboard/live/events', () => Math.max(Number(page.dataset.after), seqAt(now() - SPAN_MS)), {
  frame(frame) {
    // Somebody new: who they are comes with the next answer.
    if (watch.take(frame, now(), linkedAt)) pollSoon()
  },
  dropped: (from) =>
    say(
      from === null
        ? 'Some samples were dropped before they came here.'
        : `Samples before ${new Date(hubTimeOf(from)).toLocaleTimeString()} were dropped before they came here.`,
    ),
  refused: ({ detail }) => say(detail),
  link(state) {
    linkedAt = state === 'open' ? now() : Number.POSITIVE_INFINITY
    link!.dataset.state = state
    write(link!, LINKS[state])
    // This page is a consumer now, and is counted.
    if (state === 'open') pollSoon()
  },
})

function say(text: string): void {
  notice!.hidden = text === ''
  write(notice!, text)
}

let timer: ReturnType<typeof setTimeout> | undefined
let asking = false
async function poll(): Promise<void> {
  clearTimeout(timer)
  if (asking || document.hidden) return
  asking = true
  const asked = Date.now()
  // No way to the server, or cut off in the midst: the stream's badge says so, and a later question gets through.
  const state = await stateNow().catch(() => undefined)
  asking = false
  if (state === 'signed out') {
    signedOut()
    return
  }
  if (state) show(state, asked)
  timer = setTimeout(poll, POLL_MS)
}
async function stateNow(): Promise<LiveState | 'signed out' | undefined> {
  const response = await fetch('/dashboard/live/state', { headers: { accept: 'application/json' } })
  if (response.status === 401) return 'signed out'
  return response.ok ? ((await response.json()) as LiveState) : undefined
}
function pollSoon(): void {
  clearTimeout(timer)
  timer = setTimeout(poll, SOON_MS)
}

function show(state: LiveState, asked: number): void {
  offset = offsetOf(asked, Date.now(), state.now) ?? offset
  const ids = watch.tell(state.users, now())
  feed.follow(state.live > MOST_CARDS ? ids : undefined)
  none!.hidden = watch.size > 0
  more!.hidden = state.live <= MOST_CARDS
  write(more!, `These are ${MOST_CARDS} of the ${state.live} users that are live.`)
  write(find('[data-figure=screen]'), spread(watch.delays()))
  if (state.status)
    for (const [name, text] of Object.entries(figuresOf(state.status, now())))
      write(find(`[data-figure=${name}]`), text)
}

function signedOut(): void {
  feed.close()
  const again = Object.assign(document.createElement('a'), {
    href: '/dashboard/sign-in?next=/dashboard/live',
    textContent: 'Sign in again',
  })
  say('')
  notice!.hidden = false
  notice!.append('You are signed out. ', again, '.')
  link!.dataset.state = 'over'
  write(link!, LINKS.over)
}

let [drawnAt, allAt] = [0, 0]
/** Many charts are drawn more seldom; who wants no motion sees them change once a second. */
const intervalMs = () => (still.matches ? 1_000 : watch.size > 20 ? 400 : watch.size > 8 ? 200 : 80)
function draw(at: number): void {
  // The browser calls this only while the tab is looked at.
  requestAnimationFrame(draw)
  if (pause.getAttribute('aria-pressed') === 'true' || at - drawnAt < intervalMs()) return
  drawnAt = at
  none!.hidden = watch.size > 0
  const all = at - allAt >= ALL_MS
  if (all) allAt = at
  watch.draw(now(), Number(span.value), all)
}

pause.addEventListener('click', () => {
  const pressed = pause.getAttribute('aria-pressed') !== 'true'
  pause.setAttribute('aria-pressed', String(pressed))
})

let away: ReturnType<typeof setTimeout> | undefined
let closed = false
document.addEventListener('visibilitychange', () => {
  clearTimeout(away)
  if (document.hidden) {
    away = setTimeout(() => {
      closed = true
      feed.close()
    }, HIDDEN_MS)
    return
  }
  if (closed) feed.open()
  closed = false
  poll()
})

find('#controls').hidden = false
// Where there are more users than charts, no others are asked for: also not for the moment until the first answer.
if (Number(page.dataset.live) > MOST_CARDS) feed.follow(watch.ids())
feed.open()
poll()
requestAnimationFrame(draw)
