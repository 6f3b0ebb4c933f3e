import { Hono } from 'hono'
import type { Certification } from '../../../shared/supply/certification.ts'
import type { QualityView } from '../../../shared/supply/quality-view.ts'
import { Wrong } from '../../dashboard/frame.tsx'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { AccountView } from '../account.ts'
import type { BatchView } from '../batch-views.ts'
import type { ContractView } from '../contract-views.ts'
import { BatchTable } from '../pages/batches.tsx'
import { notGiven } from '../pages/not-found.tsx'
import { Facts, State } from '../pages/parts.tsx'
import { Verdict } from '../pages/quality-page.tsx'
import { ruleFacts } from '../pages/rule-facts.ts'
import type { PortalEnv } from './ask.ts'
import { Certify } from './certify.tsx'

/** What is next, and how it goes: the first page of a supplier. */
export const overview = new Hono<PortalEnv>()
overview.get('/', async (c) => {
  const { ask, Frame, home } = c.get('side')
  const [account, batches, contracts, quality, certification] = await Promise.all([
    ask<AccountView>('GET', ''),
    ask<{ batches: BatchView[] }>('GET', '/batches?limit=5'),
    ask<{ contracts: ContractView[] }>('GET', '/contracts'),
    ask<QualityView>('GET', '/quality'),
    ask<Certification>('GET', '/certification'),
  ])
  if (!account.ok) return notGiven(c, '', account)
  const { name, state, reason, developer, region, environment, ingest_url, rules } = account.body
  const usable = contracts.ok ? contracts.body.contracts.find((one) => one.state !== 'retired') : undefined
  return sendOwnPage(
    c,
    <Frame title={name} here="">
      <div class="head">
        <h1>
          {name} <State state={state} />
        </h1>
      </div>
      {state === 'suspended' && <Wrong text={`${developer} suspended this account: ${reason}`} />}
      {quality.ok && <Verdict scores={quality.body.contracts} />}
      {state === 'sandbox' && certification.ok && <Certify certification={certification.body} />}
      <h2>Last batches</h2>
      <Wrong text={batches.ok ? undefined : batches.detail} />
      {batches.ok && batches.body.batches.length > 0 && <BatchTable batches={batches.body.batches} home={home} />}
      {batches.ok && batches.body.batches.length === 0 && (
        <p class="soft">
          None yet. <a href={`${home}/try`}>Try it here</a>, or push from a machine:
        </p>
      )}
      <Push url={ingest_url} contract={usable && `${usable.name}@${usable.version}`} />
      <h2>The account</h2>
      <Facts
        facts={[
          ['Data go to', developer],
          ['Kept in', region],
          ['You look at', environment],
          ['Pushes go to', <code>{ingest_url}</code>],
          ...ruleFacts(rules),
        ]}
      />
    </Frame>,
  )
})

overview.post('/certification', async (c) => {
  const { ask, Frame, home } = c.get('side')
  const run = await ask<Certification>('POST', '/certification')
  if (run.ok && run.body.passed) return c.redirect('/suppliers/credentials', 303)
  return sendOwnPage(
    c,
    <Frame title="Certification" here="">
      <h1>Not yet</h1>
      <Wrong text={run.ok ? 'Something of it has changed meanwhile.' : run.detail} />
      {run.ok && <Certify certification={run.body} />}
      <a href={home}>Back</a>
    </Frame>,
    400,
  )
})

/** What a machine does, to be copied. */
const Push = ({ url, contract }: { url: string; contract: string | undefined }) => (
  <details>
    <summary>How a machine pushes</summary>
    {contract === undefined ? (
      <p class="soft">
        First <a href="/suppliers/contracts/new">draft a contract</a>: it says what a record looks like.
      </p>
    ) : (
      <pre class="scroll" tabindex={0}>
        {`gzip -c nights.ndjson | curl --data-binary @- ${url}/${contract}/batches \\
  -H "Authorization: Bearer $TOKEN" \\
  -H "Content-Type: application/x-ndjson" -H "Content-Encoding: gzip" \\
  -H "Idempotency-Key: nights-2026-11-27"`}
      </pre>
    )}
    <p>
      <a href="/docs/suppliers">The quick start</a> takes five minutes.
    </p>
  </details>
)
