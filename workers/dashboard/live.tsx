import { Hono } from 'hono'
import { sendOwnPage } from '../pages/send-page.ts'
import type { DashboardEnv } from './ask.ts'
import { Frame, Wrong } from './frame.tsx'
import { LiveCard } from './live-card.tsx'
import { liveEvents } from './live-events.ts'
import { beginningOf, liveState } from './live-state.ts'
import { FIGURES, type Figure, figuresOf } from './scripts/live/figures.ts'
import { MOST_CARDS } from './scripts/live/people.ts'
import type { LiveState } from './scripts/live/views.ts'

/** A running chart per live user. The page says who is live without its script; the script draws. */
export const live = new Hono<DashboardEnv>()
live.get('/live', async (c) => {
  const state = await liveState(c)
  return sendOwnPage(c, <LivePage devId={c.get('session').dev_id} state={state} />, 200, {
    script: "'self'",
    connect: "'self'",
  })
})
live.get('/live/state', async (c) => c.json(await liveState(c), 200, { 'cache-control': 'no-store' }))
live.get('/live/events', liveEvents)

const LivePage = ({ devId, state }: { devId: string; state: LiveState }) => {
  const shown = state.users.slice(0, MOST_CARDS)
  return (
    <Frame title="Live" devId={devId} script="/dashboard/assets/live.js" wide>
      <div id="live" data-now={state.now} data-after={beginningOf(state)} data-live={state.live}>
        <div class="head">
          <h1>
            Live <span class="live-link" id="link" data-state="none" role="status" />
          </h1>
          <div class="actions" id="controls" hidden>
            <label class="live-span">
              <span class="soft">Show</span>
              <select id="span">
                <option value="120000">2 minutes</option>
                <option value="300000">5 minutes</option>
              </select>
            </label>
            <button type="button" class="quiet" id="pause" aria-pressed="false">
              Pause
            </button>
          </div>
          <a class="button" href="/dashboard/live/pair">
            Start a stream
          </a>
        </div>
        <Wrong text={state.detail ?? undefined} />
        <p class="notice warn" id="notice" role="status" hidden />
        <noscript>
          <p class="notice warn">
            The charts need JavaScript. Without it this page tells who is live;{' '}
            <a href="/dashboard/live">load it again</a> to look again.
          </p>
        </noscript>
        <p class="soft" id="more" hidden={state.live <= MOST_CARDS}>
          These are {MOST_CARDS} of the {state.live} users that are live.
        </p>
        <Nobody hidden={shown.length > 0 || state.detail !== null} />
        <ul class="lives" id="users">
          {shown.map((user) => (
            <LiveCard user={user} now={state.now} />
          ))}
        </ul>
        <Status state={state} />
        <template id="card">
          <LiveCard now={state.now} />
        </template>
      </div>
    </Frame>
  )
}

const Nobody = ({ hidden }: { hidden: boolean }) => (
  <section class="nobody" id="none" hidden={hidden}>
    <h2>Nobody is live yet</h2>
    <p class="soft">A chart appears here by itself as soon as somebody sends. Three ways to begin:</p>
    <ul class="cards">
      <li>
        <h3>
          <a href="/dashboard/live/pair">Pair a phone</a>
        </h3>
        <p class="soft">A code that the streaming app scans; it reads a watch or a strap and sends what it hears.</p>
      </li>
      <li>
        <h3>
          <a href="/stream/strap">Open the strap page</a>
        </h3>
        <p class="soft">A heart-rate strap read by a browser over Bluetooth, or a simulated one where there is none.</p>
      </li>
      <li>
        <h3>
          <a href="/dashboard/live/pair#synthetic">Send a synthetic stream</a>
        </h3>
        <p class="soft">A made-up person whose heart beats here for some minutes. No device is needed.</p>
      </li>
    </ul>
  </section>
)

const Status = ({ state: { status, now } }: { state: LiveState }) => {
  const figures: Partial<Record<Figure, string>> = status ? figuresOf(status, now) : {}
  const Row = ({ names }: { names: Figure[] }) => (
    <>
      {names.map((name) => (
        <div>
          <dt>{FIGURES[name]}</dt>
          <dd data-figure={name}>{figures[name] ?? '–'}</dd>
        </div>
      ))}
    </>
  )
  return (
    <div class="live-status">
      <section aria-labelledby="streams">
        <h2 id="streams">All streams</h2>
        <dl class="figures">
          <Row names={['producers', 'consumers', 'rate', 'kept']} />
        </dl>
      </section>
      <section aria-labelledby="hops">
        <h2 id="hops">
          Latency <span class="soft">p50 · p99</span>
        </h2>
        <dl class="figures">
          <Row names={['session_to_hub', 'hub', 'hub_to_consumer', 'screen']} />
        </dl>
      </section>
    </div>
  )
}
