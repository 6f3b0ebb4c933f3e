import type { Certification } from '../../shared/supply/certification.ts'
import { limitsOf } from '../../shared/supply/limits.ts'
import type { AccountView } from '../../workers/suppliers/account.ts'
import type { CredentialView, SupplierView } from '../../workers/suppliers/account-views.ts'
import type { DomainView } from '../../workers/suppliers/domain.ts'
import type { HookView } from '../../workers/suppliers/hook.ts'
import { daysAgo, id } from './supplier-views.ts'

/** Two suppliers' accounts: one in the sandbox, one that is only invited. */
export const SUPPLIER: SupplierView = {
  supplier_id: id('sup', '4'),
  name: 'Sleep Lab Uppsala',
  region: 'eu',
  state: 'sandbox',
  reason: null,
  domain: 'sleeplab.example',
  domain_proved_at: daysAgo(6),
  certified_at: null,
  created_at: daysAgo(9),
  joined_at: daysAgo(8),
  limits: {},
  rules: { on_breach: 'quarantine', after_hold: 'wait' },
}
export const INVITED: SupplierView = {
  ...SUPPLIER,
  supplier_id: id('sup', '5'),
  name: 'Glucose Makers of a rather long name, with a branch in Rotterdam',
  state: 'invited',
  domain: null,
  domain_proved_at: null,
  joined_at: null,
}
export const ACCOUNT: AccountView = {
  ...SUPPLIER,
  developer: 'Night Owls',
  environment: 'sandbox',
  credential_id: id('crd', '0'),
  scopes: ['ingest:write', 'batches:read', 'contracts:write', 'subjects:write', 'account:write'],
  limits: limitsOf('sandbox'),
  ingest_url: 'https://eu.fascia.example.com/v2/ingest',
}
export const INVITATION = {
  developer: 'Night Owls',
  supplier: SUPPLIER.name,
  region: 'eu',
  expires_at: daysAgo(-7),
}

export const CREDENTIALS: CredentialView[] = [
  { name: 'first credential', digit: '0', method: 'client_secret' as const },
  { name: 'nightly export', digit: '1', method: 'private_key_jwt' as const },
].map(({ name, digit, method }) => ({
  credential_id: id('crd', digit),
  name,
  environment: 'sandbox',
  method,
  prefix: method === 'client_secret' ? 'fss_7d1e4c' : '',
  scopes: ['ingest:write', 'batches:read'],
  public_keys: [],
  addresses: [],
  signatures: 'optional',
  created_at: daysAgo(8),
  expires_at: null,
  revoked_at: null,
  last_used_at: daysAgo(0.01),
}))
export const CERTIFICATION: Certification = {
  passed: false,
  checks: [
    { check: 'contract_active', passed: true, seen: '1 active: nights@1.2', mend: null },
    { check: 'domain_proved', passed: true, seen: 'sleeplab.example', mend: null },
    { check: 'records_accepted', passed: true, seen: '9500 in 30 days; 100 are needed', mend: null },
    {
      check: 'batches_valid',
      passed: false,
      seen: '2 of the last 3 with at most 5 % rejected',
      mend: 'read the reports of the last batches, and send batches whose records fit the contract',
    },
    { check: 'repetition_seen', passed: true, seen: '120 records that were sent before', mend: null },
    {
      check: 'nothing_waits',
      passed: false,
      seen: '80 quarantined in the last 3',
      mend: 'tell your subjects with their consents first, and send a batch of them',
    },
  ],
}
export const HOOK: HookView = {
  url: 'https://sleeplab.example/fascia',
  events: ['batch.done', 'alert.raised'],
  since: daysAgo(5),
  waiting: 0,
  delivered: 12,
  dropped: 0,
  failing: false,
  last: { at: daysAgo(0.1), status: 204, error: null },
}
export const DOMAIN: DomainView = {
  domain: 'sleeplab.example',
  url: 'https://sleeplab.example/.well-known/fascia-supplier.txt',
  line: `fascia-supplier=${SUPPLIER.supplier_id} 2f1d0c9b8a7f6e5d4c3b2a1908f7e6d5`,
  proved_at: null,
}
