import type { ObjectiveView } from '../../../shared/supply/quality-view.ts'
import { Bar } from './charts/bar.tsx'
import { Trend } from './charts/trend.tsx'
import { State } from './parts.tsx'
import { count, percent, span } from './words.ts'

interface Kind {
  title: string
  better: 'higher' | 'lower'
  format: (value: number) => string
  /** The promise, as a sentence. */
  promise: (target: string) => string
}
export const OBJECTIVES: Record<ObjectiveView['objective'], Kind> = {
  validity: {
    title: 'Validity',
    better: 'higher',
    format: percent,
    promise: (target) => `${target} of records fit the contract`,
  },
  freshness: {
    title: 'Freshness',
    better: 'lower',
    format: span,
    promise: (target) => `95 % of records arrive within ${target}`,
  },
  completeness: {
    title: 'Completeness',
    better: 'higher',
    format: percent,
    promise: (target) => `${target} of the days of subjects have their data`,
  },
  duplicates: {
    title: 'Duplicates',
    better: 'lower',
    format: percent,
    promise: (target) => `${target} at most are repetitions`,
  },
  volume: {
    title: 'Volume',
    better: 'higher',
    format: count,
    promise: (target) => `${target} records a day at least`,
  },
}

/** One promise: how it is kept, how it went, and how much may still go wrong. */
export const Objective = ({ objective }: { objective: ObjectiveView }) => {
  const { title, better, format, promise } = OBJECTIVES[objective.objective]
  const { state, target, measured, window_days, total, bad, series, error_budget } = objective
  return (
    <section class={`panel ${state}`}>
      <div class="head">
        <h3>{title}</h3>
        <State state={state} />
      </div>
      <p class="big">
        {state === 'no_data' || measured === null ? '–' : format(measured)}{' '}
        <small>over {window_days === 1 ? 'a day' : `${window_days} days`}</small>
      </p>
      <p class="soft">Promised: {promise(format(target))}.</p>
      {series.some(({ value }) => value !== null) && (
        <Trend
          label={`${title} by day, against ${format(target)}: ${series.map(({ value }) => (value === null ? 'nothing' : format(value))).join(', ')}`}
          points={series.map(({ date, value }) => ({ at: date, value }))}
          target={target}
          better={better}
          format={format}
        />
      )}
      {state !== 'no_data' && <Budget {...error_budget} total={total} bad={bad} />}
    </section>
  )
}

interface BudgetProps {
  allowed: number
  spent: number
  total: number
  bad: number
}
/** What may go wrong in the window, and how much of it has. */
const Budget = ({ allowed, spent, total, bad }: BudgetProps) => {
  const share = allowed === 0 ? (spent > 0 ? 1 : 0) : spent / allowed
  const left = Math.max(0, 1 - share)
  const words = share > 1 ? `overspent ${Number(share.toPrecision(2))} times` : `${percent(left)} left`
  return (
    <>
      <Bar
        label={`Error budget: ${words}`}
        parts={[
          { tone: share >= 1 ? 'spent' : share >= 0.75 ? 'near' : 'duplicate', share: Math.min(1, share) },
          { tone: 'left', share: left },
        ]}
      />
      <p class="soft">
        Error budget: <b>{words}</b>. {count(bad)} of {count(total)} went wrong, {count(allowed * total)} may.
      </p>
    </>
  )
}
