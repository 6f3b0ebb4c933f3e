import { Chart } from '../pages/chart.tsx'
import { Page, Skip } from '../pages/page.tsx'

const HEART =
  'M12 20.6 10.7 19.4C5.6 14.8 2.5 12 2.5 8.4 2.5 5.6 4.7 3.4 7.5 3.4c1.7 0 3.4.8 4.5 2.1 1.1-1.3 2.8-2.1 4.5-2.1 2.8 0 5 2.2 5 5 0 3.6-3.1 6.4-8.2 11z'

/** A beat as a monitor draws it, where there is no curve yet. */
const BEAT = 'M0 40H132l6-7c4-4 8-4 12 0l6 7h10l5 6 9-42 10 66 6-30h10l7-10c5-7 11-7 16 0l7 10H400'

/** What `scripts/strap.ts` brings to life; each id is one that it knows. */
export const StrapPage = () => (
  <Page
    title="Live heart rate"
    description="Streams a Bluetooth heart-rate strap from this browser, beat by beat"
    styles={['/stream/assets/strap.css']}
    head={<script type="module" src="/stream/assets/strap.js" />}
  >
    <Skip />
    <header class="bar">
      <a class="brand" href="/docs">
        Fascia
      </a>
      <nav aria-label="Elsewhere">
        <a href="/docs">API</a>
        <a href="/dashboard">Dashboard</a>
      </nav>
    </header>
    <main id="main" class="strap">
      <div class="head">
        <h1>Live heart rate</h1>
        <p id="state" class="badge plain" role="status">
          Not streaming
        </p>
      </div>
      <p class="soft lead">
        Reads a Bluetooth strap in this browser and streams every beat to your backend. No strap at hand? Take the
        simulator.
      </p>
      <noscript>
        <p class="notice warn">This page reads a strap with a script: switch JavaScript on.</p>
      </noscript>
      <p id="trouble" class="notice bad" role="alert" hidden></p>
      <div class="room">
        <Stage />
        <div class="side">
          <Source />
          <PairingCard />
          <Stream />
        </div>
      </div>
    </main>
  </Page>
)

const Stage = () => (
  <section id="stage" class="card stage empty" aria-labelledby="stage-title">
    <h2 id="stage-title" class="hidden">
      Heart rate
    </h2>
    <div class="now">
      <p class="rate">
        <svg id="heart" class="heart" viewBox="0 0 24 24" aria-hidden="true">
          <path d={HEART} />
        </svg>
        <output id="bpm" aria-live="off">
          –
        </output>
        <span class="unit">bpm</span>
      </p>
      <dl class="range">
        {['Low', 'Mean', 'High'].map((name) => (
          <div>
            <dt>{name}</dt>
            <dd id={name.toLowerCase()}>–</dd>
          </div>
        ))}
      </dl>
    </div>
    <div class="curve">
      <Chart id="chart" label="Heart rate of the last two minutes" />
      <div class="hint">
        <svg viewBox="0 0 400 80" aria-hidden="true">
          <path d={BEAT} />
        </svg>
        <p>Your heart rate appears with the first beat</p>
      </div>
    </div>
  </section>
)

const Source = () => (
  <section class="card" aria-labelledby="source-title">
    <h2 id="source-title">Source</h2>
    <div id="choices" class="stack">
      <button type="button" id="use-strap">
        Connect a strap
      </button>
      <button type="button" id="use-simulator" class="quiet">
        Use the simulator
      </button>
    </div>
    <div id="running" hidden>
      <p class="source">
        <span id="source-name" />
        <span id="source-state" class="soft" role="status" />
      </p>
      <div id="effort-field" class="effort" hidden>
        <label for="effort">Effort</label>
        <output id="effort-word" for="effort" />
        <input id="effort" type="range" min="0" max="100" value="30" />
      </div>
      <button type="button" id="stop" class="quiet">
        Stop
      </button>
    </div>
  </section>
)

const PairingCard = () => (
  <section class="card" aria-labelledby="pairing-title">
    <h2 id="pairing-title">Pairing</h2>
    <div id="paired" hidden>
      <p class="source">
        <span id="paired-name" />
        <span id="paired-until" class="soft" />
      </p>
      <button type="button" id="unpair" class="quiet">
        Use another
      </button>
    </div>
    <form id="pair" class="field" novalidate>
      <label for="token">Pairing token or link</label>
      <input
        id="token"
        name="token"
        type="text"
        placeholder="rt.…"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-describedby="token-help"
      />
      <p class="help" id="token-help">
        From <code>POST /v2/stream/pairings</code>. Until then the beat is shown here and sent nowhere.
      </p>
      <button type="submit">Pair</button>
    </form>
  </section>
)

const FIGURES = { sent: 'Sent', acknowledged: 'Stored', waiting: 'Waiting', dropped: 'Dropped' }
const Stream = () => (
  <section class="card" aria-labelledby="stream-title">
    <h2 id="stream-title">Stream</h2>
    <dl class="counts">
      {Object.entries(FIGURES).map(([id, name]) => (
        <div>
          <dt>{name}</dt>
          <dd id={id}>0</dd>
        </div>
      ))}
    </dl>
    <p id="line-of-state" class="help" />
  </section>
)
