import { raw } from 'hono/html'
import { renderSVG } from 'uqr'
import { SYNTHETIC_TYPES } from '../../shared/streaming/synthetic.ts'
import { Frame, Wrong } from './frame.tsx'
import type { Pairing } from './pairing.ts'
import { shortId } from './scripts/live/words.ts'

export interface Choice {
  user_id: string
  reference_id: string | null
}

interface PairProps {
  devId: string
  users: Choice[]
  synthetic: Choice[]
  given?: { user_id: string; reference_id: string }
  error?: string
  syntheticError?: string
}
export const PairPage = ({ devId, users, synthetic, given, error, syntheticError }: PairProps) => (
  <Frame title="Start a stream" devId={devId}>
    <p class="soft">
      <a href="/dashboard/live">Live</a>
    </p>
    <h1>Start a stream</h1>
    <h2>Pair a phone or a browser</h2>
    <p class="soft">Makes a code that lets one app send for one user, for eight hours.</p>
    <Wrong text={error} />
    <form class="fields" method="post" action="/dashboard/live/pair">
      <div class="field">
        <label for="user_id">For whom</label>
        <Users id="user_id" users={users} nobody="Somebody new" chosen={given?.user_id} />
      </div>
      <div class="field">
        <label for="reference_id">reference_id of somebody new</label>
        <input
          id="reference_id"
          name="reference_id"
          value={given?.reference_id}
          maxlength={512}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          aria-describedby="reference_id-help"
        />
        <p class="help" id="reference_id-help">
          Your own name of the person. One that is there already is that same user again.
        </p>
      </div>
      <button type="submit">Make the code</button>
    </form>
    <h2 id="synthetic">Send a synthetic stream</h2>
    <p class="soft">
      A made-up person sends, and every frame of it is marked as synthetic. 0 minutes end what is running.
    </p>
    <Wrong text={syntheticError} />
    <form class="fields" method="post" action="/dashboard/live/synthetic">
      <div class="field">
        <label for="synthetic_user">Who sends</label>
        <Users id="synthetic_user" users={synthetic} nobody="A new made-up person" />
      </div>
      <div class="row">
        <label for="minutes">
          Minutes
          <input id="minutes" name="minutes" type="number" min="0" max="60" value="5" required />
        </label>
        <label for="hz">
          Samples a second
          <select id="hz" name="hz">
            <option value="1">1</option>
            <option value="5">5</option>
            <option value="10">10</option>
          </select>
        </label>
      </div>
      <fieldset class="field">
        <legend>What is sent</legend>
        <div class="choices">
          {SYNTHETIC_TYPES.map((type, i) => (
            <label>
              <input type="checkbox" name="types" value={type} checked={i === 0} />
              <span>{type}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <button type="submit">Let it send</button>
    </form>
  </Frame>
)

const Users = (props: { id: string; users: Choice[]; nobody: string; chosen?: string | undefined }) => (
  <select id={props.id} name="user_id">
    <option value="">{props.nobody}</option>
    {props.users.map(({ user_id, reference_id }) => (
      <option value={user_id} selected={props.chosen === user_id}>
        {reference_id ? `${reference_id} (${shortId(user_id)})` : user_id}
      </option>
    ))}
  </select>
)

export const PairedPage = ({ devId, pairing, strap }: { devId: string; pairing: Pairing; strap: string }) => (
  <Frame title="Paired" devId={devId}>
    <p class="soft">
      <a href="/dashboard/live">Live</a> · <a href="/dashboard/live/pair">Start a stream</a>
    </p>
    <h1>Code for {pairing.reference_id ?? shortId(pairing.user_id)}</h1>
    <p>
      Whoever has it can send for this user until{' '}
      <time id="expires" datetime={new Date(pairing.expires_at).toISOString()}>
        {new Date(pairing.expires_at).toISOString().slice(0, 16).replace('T', ' ')} UTC
      </time>
      . It is shown this once, and reads nothing.
    </p>
    <ul class="cards codes">
      <li>
        <h2>With the streaming app</h2>
        <Code text={pairing.deep_link} label="Code for the streaming app" />
        <p class="soft">
          Scan it in the app, or <a href={pairing.deep_link}>open the app</a> on this device.
        </p>
      </li>
      <li>
        <h2>With a browser</h2>
        <Code text={strap} label="Code for the strap page" />
        <p class="soft">
          Scan it with a phone’s camera, or <a href={strap}>open the strap page</a> here: it reads a heart-rate strap
          over Bluetooth, or simulates one.
        </p>
      </li>
    </ul>
    <details>
      <summary>As text</summary>
      <p class="help">Deep link</p>
      <p class="once" id="deep-link">
        {pairing.deep_link}
      </p>
      <p class="help">Token</p>
      <p class="once" id="rt-token">
        {pairing.rt_token}
      </p>
    </details>
    <a class="button" href="/dashboard/live">
      Watch it live
    </a>
  </Frame>
)

/** Dark on light in every look: cameras do not read it otherwise. */
const Code = ({ text, label }: { text: string; label: string }) => (
  <div class="code" role="img" aria-label={label}>
    {raw(renderSVG(text, { border: 3 }))}
  </div>
)
