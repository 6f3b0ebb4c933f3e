import type { Certification, CheckName } from '../../../shared/supply/certification.ts'
import type { Side } from './side.ts'

interface Check {
  title: string
  /** Where it is mended, in the supplier's own pages. */
  at: string
}
const CHECKS: Record<CheckName, Check> = {
  contract_active: { title: 'A contract is active', at: 'contracts' },
  domain_proved: { title: 'The domain is proved', at: 'settings' },
  records_accepted: { title: 'Enough records were accepted', at: 'try' },
  batches_valid: { title: 'The last batches fit the contract', at: 'batches' },
  repetition_seen: { title: 'A repetition was seen to do no harm', at: 'try' },
  nothing_waits: { title: 'Nothing waits in quarantine', at: 'quarantine' },
}

interface Props {
  certification: Pick<Certification, 'checks'>
  side: Pick<Side, 'who' | 'home'>
}
/** The way into production, as a list to be ticked off. */
export const Checks = ({ certification: { checks }, side: { who, home } }: Props) => (
  <ol class="steps">
    {checks.map(({ check, passed, seen, mend }) => (
      <li>
        <span class={`tick ${passed ? 'good' : 'calm'}`} role="img" aria-label={passed ? 'done' : 'to do'}>
          {passed ? '✓' : ''}
        </span>
        <p>
          {who === 'supplier' ? <a href={`${home}/${CHECKS[check].at}`}>{CHECKS[check].title}</a> : CHECKS[check].title}{' '}
          <span class="soft">({seen})</span>
        </p>
        {mend !== null && who === 'supplier' && <p class="soft">{`${mend[0]!.toUpperCase()}${mend.slice(1)}.`}</p>}
      </li>
    ))}
  </ol>
)

export const Ticked = ({ checks }: Pick<Certification, 'checks'>) => (
  <span class="soft">
    {checks.filter(({ passed }) => passed).length} of {checks.length}
  </span>
)
