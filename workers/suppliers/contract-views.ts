import { iso } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import type { ContractRow } from '../../shared/db/schema.ts'
import { Comparison } from '../../shared/supply/compatibility.ts'
import { CONTRACT_STATES, ContractDocument } from '../../shared/supply/document.ts'
import { stateAt } from '../../shared/supply/life.ts'
import { Finding } from '../../shared/supply/lint.ts'
import { EXAMPLE_DOCUMENT } from './contract-example.ts'

/** What is said about contracts, to both sides. */

export const ContractView = z
  .object({
    contract_id: z.string(),
    name: z.string(),
    version: z.string(),
    state: z.enum(CONTRACT_STATES),
    document: ContractDocument,
    drafted_by: z.enum(['supplier', 'developer']),
    note: z.string().nullable().describe('Why it was returned or deprecated'),
    created_at: z.string(),
    changed_at: z.string(),
    activated_at: z.string().nullable(),
    sunset_at: z.string().nullable().describe('When a deprecated one is retired'),
  })
  .openapi('Contract')
export type ContractView = z.infer<typeof ContractView>

export const contractView = (row: ContractRow): ContractView => ({
  contract_id: row.contract_id,
  name: row.name,
  version: `${row.major}.${row.minor}`,
  state: stateAt(row, Date.now()),
  document: JSON.parse(row.document) as ContractDocument,
  drafted_by: row.drafted_by,
  note: row.note,
  created_at: iso(row.created_at),
  changed_at: iso(row.changed_at),
  activated_at: iso(row.activated_at),
  sunset_at: iso(row.sunset_at),
})

/** One, with what a reviewer wants to know. */
export const ContractLooked = ContractView.extend({
  findings: z.array(Finding).describe('What the linter says of it'),
  comparison: Comparison.extend({ against: z.string().describe('The same as `older`') })
    .nullable()
    .describe('With the newest active version of its name: what it would break; null where there is none'),
}).openapi('ContractLooked')
export type ContractLooked = z.infer<typeof ContractLooked>

export const EXAMPLE_CONTRACT: z.input<typeof ContractView> = {
  contract_id: 'ctr_7f1e5d0c9b8a47362514fedcba098765',
  name: EXAMPLE_DOCUMENT.name,
  version: EXAMPLE_DOCUMENT.version,
  state: 'active',
  document: EXAMPLE_DOCUMENT,
  drafted_by: 'supplier',
  note: null,
  created_at: '2026-11-20T09:00:00.000Z',
  changed_at: '2026-11-23T10:30:00.000Z',
  activated_at: '2026-11-23T10:30:00.000Z',
  sunset_at: null,
}
export const EXAMPLE_DRAFT: z.input<typeof ContractView> = {
  ...EXAMPLE_CONTRACT,
  state: 'draft',
  changed_at: EXAMPLE_CONTRACT.created_at,
  activated_at: null,
}
export const EXAMPLE_LOOKED: z.input<typeof ContractLooked> = { ...EXAMPLE_CONTRACT, findings: [], comparison: null }
