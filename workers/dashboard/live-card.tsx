import { Chart } from '../pages/chart.tsx'
import type { Presence } from './scripts/live/views.ts'
import { deviceOf, duration, shortId } from './scripts/live/words.ts'

const since = (at: string | null | undefined, now: number) =>
  at === null || at === undefined ? '–' : duration(now - Date.parse(at))

/**
 * One live user. Without one it is the template that the page's script copies. What `data-of` names, the script writes;
 * what the server writes there is true by itself.
 */
export const LiveCard = ({ user, now }: { user?: Presence; now: number }) => (
  <li class="live" data-user={user?.user_id} data-state={user?.live ? 'live' : 'away'} data-tone="heart">
    <div class="live-head">
      <h2 data-of="name">{user ? (user.reference_id ?? shortId(user.user_id)) : ''}</h2>
      <span class="live-state" data-of="state">
        {user?.live ? 'Live' : 'Away'}
      </span>
    </div>
    <p class="soft live-id">
      <span class="mono" data-of="id">
        {user?.user_id}
      </span>
      <span class="badge warn" data-of="synthetic" hidden={!user?.synthetic}>
        synthetic
      </span>
    </p>
    <div class="live-now">
      <p>
        <strong data-of="value">–</strong> <span data-of="unit" />
      </p>
      <span class="soft" data-of="label" />
      <select data-of="type" aria-label="What is drawn" hidden />
    </div>
    <Chart data-of="chart" label="Nothing to draw yet" />
    <dl class="facts">
      <div>
        <dt>Device</dt>
        <dd data-of="device">{deviceOf(user?.device ?? null)}</dd>
      </div>
      <div>
        <dt>Live for</dt>
        <dd data-of="since">{since(user?.since, now)}</dd>
      </div>
      <div>
        <dt>Last sample</dt>
        <dd data-of="age">{user?.last_sample_at ? `${since(user.last_sample_at, now)} ago` : '–'}</dd>
      </div>
      <div>
        <dt>Delay</dt>
        <dd data-of="delay">–</dd>
      </div>
    </dl>
    <p class="help" data-of="note" hidden />
  </li>
)
