import { z } from '../../shared/base/zod.ts'
import { Comparison, compareContracts } from '../../shared/supply/compatibility.ts'
import { ContractDocument } from '../../shared/supply/document.ts'
import { InferInput, Inferred, inferContract } from '../../shared/supply/infer.ts'
import { errorsOf, Finding, lintContract } from '../../shared/supply/lint.ts'
import { type Api, queryOf } from '../api/route.ts'
import { EXAMPLE_COMPARISON, EXAMPLE_DOCUMENT, EXAMPLE_NEXT } from './contract-example.ts'
import { answered, ContractList } from './contract-steps.ts'
import {
  ContractLooked,
  ContractView,
  contractView,
  EXAMPLE_CONTRACT,
  EXAMPLE_DRAFT,
  EXAMPLE_LOOKED,
} from './contract-views.ts'
import { drafted, listed, looked, mustBeUsable, type Party, redrafted, thrownAway } from './manage-contracts.ts'
import { supplierRoute } from './route.ts'
import { shallowBodyOf } from './shallow.ts'
import type { SupplierContext } from './supplier-only.ts'

const tag = 'Contracts'
const ContractId = z.object({
  contract_id: z.string().openapi({ description: 'A version of a contract', example: EXAMPLE_CONTRACT.contract_id }),
})
const own = (c: SupplierContext): Party => ({ side: 'supplier', supplier: c.get('supplier').supplier })

/** Contracts, as the supplier sees them. */
export function addContracts(api: Api): void {
  supplierRoute(
    api,
    {
      id: 'listContracts',
      method: 'get',
      path: '/supplier/contracts',
      tag,
      summary: 'All versions of your contracts',
      description: 'By name, the newest version of each first.',
      query: ContractList,
      answer: z.object({ contracts: z.array(ContractView), next: z.string().nullable() }),
      example: { contracts: [EXAMPLE_CONTRACT], next: null },
    },
    async (c) => c.json(await listed(c, own(c), queryOf(c, ContractList))),
  )
  supplierRoute(
    api,
    {
      id: 'draftContract',
      method: 'post',
      path: '/supplier/contracts',
      scope: 'contracts:write',
      tag,
      summary: 'Drafts a contract, or a new version of one',
      description:
        'The body is the document. The sandbox takes data under a draft at once, where it is named in full (`name@1.0`); it goes into production when the developer has activated it.',
      body: ContractDocument,
      bodyExample: EXAMPLE_DOCUMENT,
      status: 201,
      answer: ContractView,
      example: EXAMPLE_DRAFT,
      fails: [409],
    },
    async (c) => c.json(contractView(await drafted(c, own(c))), 201),
  )
  supplierRoute(
    api,
    {
      id: 'getContract',
      method: 'get',
      path: '/supplier/contracts/:contract_id',
      tag,
      summary: 'A version of a contract',
      description: 'With what the linter says of it, and what it would break beside the version that is active.',
      params: ContractId,
      answer: ContractLooked,
      example: EXAMPLE_LOOKED,
    },
    async (c) => c.json(await looked(c, own(c))),
  )
  supplierRoute(
    api,
    {
      id: 'changeContract',
      method: 'put',
      path: '/supplier/contracts/:contract_id',
      scope: 'contracts:write',
      tag,
      summary: 'Changes a draft',
      description: 'The body is the whole document. What is in review, or later, does not change.',
      params: ContractId,
      body: ContractDocument,
      bodyExample: EXAMPLE_DOCUMENT,
      answer: ContractView,
      example: EXAMPLE_DRAFT,
      fails: [409],
    },
    async (c) => c.json(contractView(await redrafted(c, own(c)))),
  )
  supplierRoute(
    api,
    {
      id: 'deleteContract',
      method: 'delete',
      path: '/supplier/contracts/:contract_id',
      scope: 'contracts:write',
      tag,
      summary: 'Throws a draft away',
      description: 'Only a draft.',
      params: ContractId,
      status: 204,
      fails: [409],
    },
    async (c) => {
      await thrownAway(c, own(c))
      return c.body(null, 204)
    },
  )
  for (const [step, id, summary, description, state] of [
    [
      'submit',
      'submitContract',
      'Hands a draft in',
      'It is checked: for itself, and against what is active under its name. A version that breaks somebody needs a new major number. Then the developer reviews it.',
      'review',
    ],
    ['withdraw', 'withdrawContract', 'Takes a contract back out of review', 'It is a draft again.', 'draft'],
  ] as const)
    supplierRoute(
      api,
      {
        id,
        method: 'post',
        path: `/supplier/contracts/:contract_id/${step}`,
        scope: 'contracts:write',
        tag,
        summary,
        description,
        params: ContractId,
        answer: ContractView,
        example: { ...EXAMPLE_DRAFT, state },
        fails: [409, ...(step === 'submit' ? ([422] as const) : [])],
      },
      async (c) => c.json(await answered(c, step, own(c))),
    )
  addTools(api)
}

/** Nothing is kept of what these are given. */
function addTools(api: Api): void {
  supplierRoute(
    api,
    {
      id: 'lintContract',
      method: 'post',
      path: '/supplier/contracts/lint',
      tag,
      summary: 'Looks a document through',
      description: 'All that is wrong with it, or likely not meant. Nothing is stored.',
      body: z.looseObject({}),
      bodyExample: EXAMPLE_DOCUMENT,
      answer: z.object({ good: z.boolean(), findings: z.array(Finding) }),
      example: { good: true, findings: [] },
    },
    async (c) => {
      const body = await shallowBodyOf(c)
      const findings = lintContract('document' in body && !('schema' in body) ? body.document : body)
      return c.json({ good: errorsOf(findings).length === 0, findings })
    },
  )
  supplierRoute(
    api,
    {
      id: 'compareContracts',
      method: 'post',
      path: '/supplier/contracts/compare',
      tag,
      summary: 'Tells what a new version breaks, and whom',
      description: 'Of two documents. Nothing is stored.',
      body: CompareInput,
      bodyExample: { older: EXAMPLE_DOCUMENT, newer: EXAMPLE_NEXT },
      answer: Comparison,
      example: EXAMPLE_COMPARISON,
      fails: [422],
    },
    async (c) => {
      const { older, newer } = CompareInput.parse(await shallowBodyOf(c))
      for (const [name, document] of Object.entries({ older, newer })) mustBeUsable(`"${name}"`, document)
      return c.json(compareContracts(older, newer))
    },
  )
  supplierRoute(
    api,
    {
      id: 'inferContract',
      method: 'post',
      path: '/supplier/contracts/infer',
      tag,
      summary: 'Makes a start of a contract from sample records',
      description:
        'A schema of what the samples have, and a mapping where names and units tell what is meant. Its notes say what was guessed; read it before you hand it in. Nothing is stored.',
      body: InferInput,
      bodyExample: {
        name: 'nights',
        type: 'sleep',
        samples: [
          {
            id: 'n-1',
            patient: 'p-7',
            in_bed_at: '2026-11-20T22:41:00+01:00',
            up_at: '2026-11-21T06:58:00+01:00',
            pulse: 58,
          },
        ],
      },
      answer: Inferred,
      example: {
        document: EXAMPLE_DOCUMENT,
        notes: ['pulse is taken for heart_rate_data.summary.avg_hr_bpm'],
      },
    },
    async (c) => c.json(inferContract(InferInput.parse(await shallowBodyOf(c)))),
  )
}
const CompareInput = z.strictObject({ older: ContractDocument, newer: ContractDocument })
