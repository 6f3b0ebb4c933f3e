import type { Certification, CheckName } from '../../../shared/supply/certification.ts'
import { Act } from '../pages/parts.tsx'

interface Check {
  title: string
  /** Where it is mended. */
  href: string
}
const CHECKS: Record<CheckName, Check> = {
  contract_active: { title: 'A contract is active', href: '/suppliers/contracts' },
  domain_proved: { title: 'Your domain is proved', href: '/suppliers/settings' },
  records_accepted: { title: 'Enough records were accepted', href: '/suppliers/try' },
  batches_valid: { title: 'The last batches fit the contract', href: '/suppliers/batches' },
  repetition_seen: { title: 'A repetition was seen to do no harm', href: '/suppliers/try' },
  nothing_waits: { title: 'Nothing waits in quarantine', href: '/suppliers/quarantine' },
}

/** The way into production, as a list to be ticked off. */
export const Certify = ({ certification }: { certification: Certification | undefined }) => (
  <section class="panel" aria-label="The way into production">
    <div class="head">
      <h2>The way into production</h2>
      {certification && (
        <span class="soft">
          {certification.checks.filter(({ passed }) => passed).length} of {certification.checks.length}
        </span>
      )}
    </div>
    <p class="soft">You are in the sandbox: nothing counts here. When all of this is ticked, you go into production.</p>
    <ol class="steps">
      {certification?.checks.map(({ check, passed, seen, mend }) => (
        <li>
          <span class={`tick ${passed ? 'good' : 'calm'}`} role="img" aria-label={passed ? 'done' : 'to do'}>
            {passed ? '✓' : ''}
          </span>
          <p>
            <a href={CHECKS[check].href}>{CHECKS[check].title}</a> <span class="soft">({seen})</span>
          </p>
          {mend !== null && <p class="soft">{`${mend[0]!.toUpperCase()}${mend.slice(1)}.`}</p>}
        </li>
      ))}
    </ol>
    {certification?.passed && (
      <Act to="/suppliers/certification" look="">
        Go into production
      </Act>
    )}
  </section>
)
