import type { Certification } from '../../../shared/supply/certification.ts'
import { Checks, Ticked } from '../pages/checks.tsx'
import { Act } from '../pages/parts.tsx'

/** What is missing before a supplier goes into production, and the press that does it. */
export const Certify = ({ certification }: { certification: Certification }) => (
  <section class="panel" aria-label="The way into production">
    <div class="head">
      <h2>The way into production</h2>
      <Ticked checks={certification.checks} />
    </div>
    <p class="soft">You are in the sandbox: nothing counts here. When all of this is ticked, you go into production.</p>
    <Checks certification={certification} side={{ who: 'supplier', home: '/suppliers' }} />
    {certification.passed && (
      <Act to="/suppliers/certification" look="">
        Go into production
      </Act>
    )}
  </section>
)
