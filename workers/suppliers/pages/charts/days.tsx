import { OUTCOME_NAMES, type OutcomeCounts, sumOf } from '../../../../shared/supply/report.ts'
import { count } from '../words.ts'
import { Swatch } from './split.tsx'
import { dayOf } from './trend.tsx'

export interface Day {
  at: string
  counts: OutcomeCounts
}

/** Records of each day as a pile of their outcomes. */
export const Days = ({ days, label }: { days: Day[]; label: string }) => {
  const most = Math.max(1, ...days.map(({ counts }) => sumOf(counts)))
  const width = 100 / Math.max(days.length, 7)
  return (
    <figure class="days">
      <p class="most soft">{count(most)} at most</p>
      <svg viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label={label}>
        <line x1="0" x2="100" y1="39.9" y2="39.9" />
        {days.map((day, i) => (
          <Pile day={day} most={most} x={i * width + width * 0.12} width={width * 0.76} />
        ))}
      </svg>
      {days.length > 0 && (
        <p class="ends soft">
          <span>{dayOf(days[0]!.at)}</span>
          <span>{dayOf(days.at(-1)!.at)}</span>
        </p>
      )}
      <ul class="legend">
        {OUTCOME_NAMES.map((outcome) => (
          <li>
            <Swatch tone={outcome} />
            {outcome}
          </li>
        ))}
      </ul>
    </figure>
  )
}

const Pile = ({ day, most, x, width }: { day: Day; most: number; x: number; width: number }) => {
  let foot = 40
  return (
    <g>
      <title>{`${dayOf(day.at)}: ${OUTCOME_NAMES.map((outcome) => `${count(day.counts[outcome])} ${outcome}`).join(', ')}`}</title>
      {OUTCOME_NAMES.map((outcome) => {
        const given = day.counts[outcome]
        if (given === 0) return null
        const height = Math.max((given / most) * 38, 0.5)
        foot -= height
        return <rect class={outcome} x={x} y={foot} width={width} height={height} />
      })}
    </g>
  )
}
