import { OUTCOME_NAMES, type OutcomeCounts } from '../../../../shared/supply/report.ts'
import { count } from '../words.ts'
import { Bar } from './bar.tsx'

interface Props {
  counts: OutcomeCounts
  total: number
  /** Where the records of an outcome are listed. */
  link?: (outcome: string) => string
  /** In a table: the bar alone, and its words where one points at it. */
  short?: boolean
}
/** Of a batch's records: how many came to what. The legend has the figures. */
export const Split = ({ counts, total, link, short = false }: Props) => (
  <div class="split">
    <Bar
      label={OUTCOME_NAMES.map((outcome) => `${count(counts[outcome])} ${outcome}`).join(', ')}
      parts={OUTCOME_NAMES.map((outcome) => ({
        tone: outcome,
        share: total === 0 ? 0 : counts[outcome] / total,
        title: `${count(counts[outcome])} ${outcome}`,
      }))}
    />
    {!short && (
      <ul class="legend">
        {OUTCOME_NAMES.map((outcome) => (
          <li>
            <Swatch tone={outcome} />
            <b>{count(counts[outcome])}</b>{' '}
            {link !== undefined && counts[outcome] > 0 ? <a href={link(outcome)}>{outcome}</a> : outcome}
          </li>
        ))}
      </ul>
    )}
  </div>
)

export const Swatch = ({ tone }: { tone: string }) => (
  <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
    <rect class={tone} width="10" height="10" rx="2.5" />
  </svg>
)
