import type { AlertView, ContractQuality } from '../../../shared/supply/quality-view.ts'
import { Bar } from './charts/bar.tsx'
import { Days } from './charts/days.tsx'
import { OBJECTIVES, Objective } from './objective.tsx'
import { State, Table, When, withQuery } from './parts.tsx'
import type { Side } from './side.ts'
import { count, inWords, span } from './words.ts'

/** All contracts in one sentence: what a person wants to know first. */
export const Verdict = ({ scores }: { scores: ContractQuality[] }) => {
  const missed = scores.flatMap((score) =>
    score.objectives.filter(({ state }) => state === 'breached').map((one) => nameOf(score, one.objective)),
  )
  const near = scores.flatMap((score) =>
    score.objectives.filter(({ state }) => state === 'at_risk').map((one) => nameOf(score, one.objective)),
  )
  const promised = scores.some(({ objectives }) => objectives.length > 0)
  if (missed.length > 0) return <p class="verdict bad">Not as promised: {listed(missed)}.</p>
  if (near.length > 0) return <p class="verdict warn">As promised so far; the budget runs out for {listed(near)}.</p>
  if (!promised) return <p class="verdict calm">Nothing is promised here yet: an active contract says what is.</p>
  return <p class="verdict good">Everything is as promised.</p>
}
const nameOf = ({ contract }: ContractQuality, objective: keyof typeof OBJECTIVES) =>
  `${OBJECTIVES[objective].title.toLowerCase()} of ${contract}`
const listed = (names: string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

interface ScoreProps {
  quality: ContractQuality
  side: Pick<Side, 'who' | 'home'>
}
/** One contract's promises and figures. */
export const Score = ({ quality, side }: ScoreProps) => (
  <section aria-label={quality.contract}>
    <h2>
      <a href={`${side.home}/contracts?name=${quality.contract.split('@')[0]}`}>{quality.contract}</a>
    </h2>
    {quality.held && <Held quality={quality} held={quality.held} side={side} />}
    <div class="grid">
      <Points quality={quality} />
      {quality.objectives.map((objective) => (
        <Objective objective={objective} />
      ))}
    </div>
    {quality.objectives.length === 0 && <p class="soft">This contract promises nothing that is measured.</p>}
    {quality.days.length > 0 && (
      <section class="panel">
        <h3>Records by day</h3>
        <Days
          days={quality.days.map(({ date, counts }) => ({ at: date, counts }))}
          label={`Records of ${quality.contract} by day and outcome, ${count(quality.records)} in ${quality.window_days} days`}
        />
      </section>
    )}
    <div class="grid">
      <Ranked
        title="Why records were rejected"
        none="None was."
        rows={quality.rejections.map(({ rule, pointer, records }) => [
          <>
            <code>{pointer === '' ? 'record' : pointer}</code> {inWords(rule)}
          </>,
          records,
        ])}
      />
      <Ranked
        title="Why records were quarantined"
        none="None was."
        rows={quality.quarantined.map(({ name, records }) => [
          <a href={withQuery(`${side.home}/quarantine`, { reason: name, contract: quality.contract })}>
            {inWords(name)}
          </a>,
          records,
        ])}
      />
      <Ranked
        title="Not in the contract"
        none="Records hold what the contract names, and nothing else."
        rows={quality.drift.map(({ name, records }) => [<code>{name}</code>, records])}
      />
      <Ranked
        title="Beyond what a body does"
        none="No value was."
        rows={quality.outliers.map(({ name, records }) => [<code>{name}</code>, records])}
      />
    </div>
  </section>
)

interface HeldProps extends ScoreProps {
  held: NonNullable<ContractQuality['held']>
}
const Held = ({ quality, held, side: { who, home } }: HeldProps) => (
  <div class="notice warn">
    Since <When at={held.since} /> its records are held back in quarantine: {held.why}.
    {who === 'developer' && (
      <form method="post" action={`${home}/quality/lift`}>
        <input type="hidden" name="contract" value={quality.contract} />
        <label class="choices">
          <input type="checkbox" name="redrive" checked /> Read again what waits only because of it
        </label>
        <button type="submit" class="quiet">
          Hold them back no more
        </button>
      </form>
    )}
  </div>
)

/** The score, and what it is made of. */
const Points = ({ quality: { score, parts } }: Pick<ScoreProps, 'quality'>) => (
  <section class="panel">
    <h3>Score</h3>
    <p class="big">
      {score === null ? '–' : Math.round(score)} <small>of 100</small>
    </p>
    {score === null && <p class="soft">There is too little to judge by yet.</p>}
    <ul class="ranked">
      {parts.map(({ part, points, weight, why }) => (
        <li title={why}>
          <span>{inWords(part)}</span>
          <b>{points === null ? '–' : `${Math.round(points)} of ${weight}`}</b>
          <Bar
            label={why}
            parts={points === null ? [] : [{ tone: toneOfPoints(points / weight), share: points / weight }]}
          />
        </li>
      ))}
    </ul>
  </section>
)
const toneOfPoints = (share: number) => (share >= 0.9 ? 'left' : share >= 0.6 ? 'near' : 'spent')

interface RankedProps {
  title: string
  none: string
  rows: [name: unknown, records: number][]
}
const MOST_ROWS = 8
/** What there is most of, as bars on one scale. */
const Ranked = ({ title, none, rows }: RankedProps) => {
  const most = Math.max(1, ...rows.map(([, records]) => records))
  return (
    <section class="panel">
      <h3>{title}</h3>
      {rows.length === 0 ? (
        <p class="soft">{none}</p>
      ) : (
        <ul class="ranked">
          {rows.slice(0, MOST_ROWS).map(([name, records]) => (
            <li>
              <span>{name}</span>
              <b>{count(records)}</b>
              <Bar label={`${count(records)} records`} parts={[{ tone: 'duplicate', share: records / most }]} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

export const Alerts = ({ alerts }: { alerts: AlertView[] }) =>
  alerts.length === 0 ? (
    <p class="soft">None yet.</p>
  ) : (
    <Table
      heads={['Raised', '', 'What', 'Measured', 'Promised', 'Over', 'What was done']}
      rows={alerts.map((alert) => {
        const { objective } = alert
        // What is no promise of a contract is told by how long it lasts.
        const format = objective in OBJECTIVES ? OBJECTIVES[objective as keyof typeof OBJECTIVES].format : span
        return [
          <When at={alert.raised_at} />,
          <State state={alert.state} />,
          alert.message,
          alert.measured === null ? '–' : format(alert.measured),
          format(alert.target),
          alert.cleared_at === null ? 'not yet' : <When at={alert.cleared_at} />,
          {
            alert: 'both sides were told',
            quarantine: 'records were held back',
            suspend: 'the supplier was suspended',
          }[alert.action],
        ]
      })}
    />
  )
