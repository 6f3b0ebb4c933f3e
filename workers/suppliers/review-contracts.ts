import type { Context } from 'hono'
import { z } from '../../shared/base/zod.ts'
import { ContractDocument } from '../../shared/supply/document.ts'
import type { ApiEnv } from '../access.ts'
import { type Api, queryOf, route } from '../api/route.ts'
import { EXAMPLE_DOCUMENT } from './contract-example.ts'
import { Activation, answered, ContractList, Deprecation, Note } from './contract-steps.ts'
import {
  ContractLooked,
  ContractView,
  contractView,
  EXAMPLE_CONTRACT,
  EXAMPLE_DRAFT,
  EXAMPLE_LOOKED,
} from './contract-views.ts'
import { drafted, listed, looked, type Party, redrafted, thrownAway } from './manage-contracts.ts'
import { SupplierId, supplierNamed } from './suppliers.ts'

const tag = 'Contracts'
const OneId = SupplierId.extend({
  contract_id: z.string().openapi({ description: 'A version of a contract', example: EXAMPLE_CONTRACT.contract_id }),
})
const party = async (c: Context<ApiEnv>): Promise<Party> => ({ side: 'developer', supplier: await supplierNamed(c) })
const one = '/suppliers/:id/contracts/:contract_id'

/** Contracts, as the developer sees them: who drafts as well, and decides. */
export function addReviews(api: Api): void {
  route(
    api,
    {
      id: 'listSupplierContracts',
      method: 'get',
      path: '/suppliers/:id/contracts',
      scope: 'suppliers:read',
      tag,
      summary: 'All versions of a supplier’s contracts',
      description: 'By name, the newest version of each first.',
      params: SupplierId,
      query: ContractList,
      answer: z.object({ contracts: z.array(ContractView), next: z.string().nullable() }),
      example: { contracts: [EXAMPLE_CONTRACT], next: null },
    },
    async (c) => c.json(await listed(c, await party(c), queryOf(c, ContractList))),
  )
  route(
    api,
    {
      id: 'draftSupplierContract',
      method: 'post',
      path: '/suppliers/:id/contracts',
      scope: 'suppliers:write',
      tag,
      summary: 'Drafts a contract for a supplier',
      description: 'The body is the document. The supplier sees it, and may change it while it is a draft.',
      params: SupplierId,
      body: ContractDocument,
      bodyExample: EXAMPLE_DOCUMENT,
      status: 201,
      answer: ContractView,
      example: { ...EXAMPLE_DRAFT, drafted_by: 'developer' },
      fails: [409],
    },
    async (c) => c.json(contractView(await drafted(c, await party(c))), 201),
  )
  route(
    api,
    {
      id: 'getSupplierContract',
      method: 'get',
      path: one,
      scope: 'suppliers:read',
      tag,
      summary: 'A version of a supplier’s contract',
      description: 'With what the linter says of it, and what it would break beside the version that is active.',
      params: OneId,
      answer: ContractLooked,
      example: EXAMPLE_LOOKED,
    },
    async (c) => c.json(await looked(c, await party(c))),
  )
  route(
    api,
    {
      id: 'changeSupplierContract',
      method: 'put',
      path: one,
      scope: 'suppliers:write',
      tag,
      summary: 'Changes a draft',
      description: 'The body is the whole document. What is in review, or later, does not change.',
      params: OneId,
      body: ContractDocument,
      bodyExample: EXAMPLE_DOCUMENT,
      answer: ContractView,
      example: EXAMPLE_DRAFT,
      fails: [409],
    },
    async (c) => c.json(contractView(await redrafted(c, await party(c)))),
  )
  route(
    api,
    {
      id: 'deleteSupplierContract',
      method: 'delete',
      path: one,
      scope: 'suppliers:write',
      tag,
      summary: 'Throws a draft away',
      description: 'Only a draft.',
      params: OneId,
      status: 204,
      fails: [409],
    },
    async (c) => {
      await thrownAway(c, await party(c))
      return c.body(null, 204)
    },
  )
  addSteps(api)
}

function addSteps(api: Api): void {
  const about = { method: 'post', scope: 'suppliers:write', tag, params: OneId, answer: ContractView } as const
  route(
    api,
    {
      ...about,
      id: 'submitSupplierContract',
      path: `${one}/submit`,
      summary: 'Puts a draft into review',
      description: 'As the supplier does: what is in review does not change any more.',
      example: { ...EXAMPLE_DRAFT, state: 'review' as const },
      fails: [409, 422],
    },
    async (c) => c.json(await answered(c, 'submit', await party(c))),
  )
  route(
    api,
    {
      ...about,
      id: 'activateSupplierContract',
      path: `${one}/activate`,
      summary: 'Activates a contract that is in review',
      description:
        'It takes data in production from now on. It is compared with what is active under its name: one that breaks somebody needs a new major number, and the day on which the older ones end.',
      body: Activation,
      bodyOptional: true,
      bodyExample: { sunset_at: '2027-03-01T00:00:00Z' },
      example: EXAMPLE_CONTRACT,
      fails: [409, 422],
    },
    async (c) => c.json(await answered(c, 'activate', await party(c))),
  )
  route(
    api,
    {
      ...about,
      id: 'returnSupplierContract',
      path: `${one}/return`,
      summary: 'Gives a contract in review back',
      description: 'It is a draft again, with your note.',
      body: Note,
      bodyOptional: true,
      bodyExample: { note: 'Please tell the consent with each record.' },
      example: { ...EXAMPLE_DRAFT, note: 'Please tell the consent with each record.' },
      fails: [409],
    },
    async (c) => c.json(await answered(c, 'return', await party(c))),
  )
  route(
    api,
    {
      ...about,
      id: 'deprecateSupplierContract',
      path: `${one}/deprecate`,
      summary: 'Says when a version ends',
      description: 'It takes data until then, and is retired after.',
      body: Deprecation,
      bodyExample: { sunset_at: '2027-03-01T00:00:00Z', note: 'Please change over to nights@2.0.' },
      example: {
        ...EXAMPLE_CONTRACT,
        state: 'deprecated' as const,
        sunset_at: '2027-03-01T00:00:00.000Z',
        note: 'Please change over to nights@2.0.',
      },
      fails: [409],
    },
    async (c) => c.json(await answered(c, 'deprecate', await party(c))),
  )
  route(
    api,
    {
      ...about,
      id: 'retireSupplierContract',
      path: `${one}/retire`,
      summary: 'Retires a version whose last day is over',
      description:
        'It happens by itself; this marks it so for good, and may be repeated. Before that day it is refused: it was promised.',
      example: { ...EXAMPLE_CONTRACT, state: 'retired' as const, sunset_at: '2026-11-01T00:00:00.000Z' },
      fails: [409],
    },
    async (c) => c.json(await answered(c, 'retire', await party(c))),
  )
}
