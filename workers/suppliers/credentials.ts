import { CREDENTIALS_LISTED } from '../../shared/base/limits.ts'
import { z } from '../../shared/base/zod.ts'
import { open } from '../../shared/db/open.ts'
import { listCredentials } from '../../shared/db/supplier-credentials.ts'
import type { Api } from '../api/route.ts'
import { inputOf } from '../read-input.ts'
import {
  CredentialView,
  credentialView,
  EXAMPLE_CREDENTIAL,
  EXAMPLE_NEW_CREDENTIAL,
  NewCredentialView,
} from './account-views.ts'
import { CredentialChangeInput, CredentialInput, CredentialRotateInput } from './credential-input.ts'
import { changed, credentialNamedBy, made, revoked, rotated } from './manage-credentials.ts'
import { supplierRoute } from './route.ts'
import type { SupplierContext } from './supplier-only.ts'

const tag = 'Supplier account'
const scope = 'account:write'
const CredentialId = z.object({
  id: z.string().openapi({ description: 'A credential', example: EXAMPLE_CREDENTIAL.credential_id }),
})
const idOf = (c: SupplierContext): string => c.req.param('id') ?? ''

/** What a supplier proves itself with: several at a time, so that one can follow another without a gap. */
export function addCredentials(api: Api): void {
  supplierRoute(
    api,
    {
      id: 'listSupplierCredentials',
      method: 'get',
      path: '/supplier/credentials',
      scope,
      tag,
      summary: 'All credentials, without their secrets',
      description: `Of both environments, the newest first; also those that ended, as far back as ${CREDENTIALS_LISTED} go.`,
      answer: z.object({ credentials: z.array(CredentialView) }),
      example: { credentials: [EXAMPLE_CREDENTIAL] },
    },
    async (c) => {
      const { supplier_id } = c.get('supplier').supplier
      const rows = await listCredentials(open(c.env.DB), supplier_id, CREDENTIALS_LISTED)
      return c.json({ credentials: rows.map(credentialView) })
    },
  )
  supplierRoute(
    api,
    {
      id: 'createSupplierCredential',
      method: 'post',
      path: '/supplier/credentials',
      scope,
      tag,
      summary: 'Makes a credential; a secret is shown this once',
      description:
        'It proves itself with a secret, or signs assertions with a key of yours (`private_key_jwt`). A token gives no scope that it lacks itself, and one of the sandbox makes no more than the first credential of production.',
      body: CredentialInput,
      bodyExample: {
        name: 'nightly job',
        scopes: ['ingest:write:sleep', 'batches:read'],
        addresses: ['203.0.113.0/24'],
      },
      status: 201,
      answer: NewCredentialView,
      example: EXAMPLE_NEW_CREDENTIAL,
      fails: [409],
    },
    async (c) => c.json(await made(c, await inputOf(c, CredentialInput)), 201),
  )
  supplierRoute(
    api,
    {
      id: 'getSupplierCredential',
      method: 'get',
      path: '/supplier/credentials/:id',
      scope,
      tag,
      summary: 'A credential',
      description: 'Without its secret, which nobody has but you.',
      params: CredentialId,
      answer: CredentialView,
      example: EXAMPLE_CREDENTIAL,
    },
    async (c) => c.json(await credentialNamedBy(c, idOf(c))),
  )
  supplierRoute(
    api,
    {
      id: 'changeSupplierCredential',
      method: 'patch',
      path: '/supplier/credentials/:id',
      scope,
      tag,
      summary: 'Changes a credential’s scopes, keys, networks, signatures or end',
      description:
        'Only what is named changes, and a list is replaced as a whole: while one key takes over from another, name both. Known everywhere within five seconds.',
      params: CredentialId,
      body: CredentialChangeInput,
      bodyExample: { addresses: ['203.0.113.0/24', '2001:db8::/32'] },
      answer: CredentialView,
      example: { ...EXAMPLE_CREDENTIAL, addresses: ['203.0.113.0/24', '2001:db8::/32'] },
      fails: [409],
    },
    async (c) => c.json(await changed(c, idOf(c), await inputOf(c, CredentialChangeInput))),
  )
  supplierRoute(
    api,
    {
      id: 'deleteSupplierCredential',
      method: 'delete',
      path: '/supplier/credentials/:id',
      scope,
      tag,
      summary: 'Ends a credential, and its tokens',
      description: 'Refused everywhere within five seconds.',
      params: CredentialId,
      answer: z.object({ status: z.literal('success') }),
      example: { status: 'success' },
    },
    async (c) => {
      await revoked(c, idOf(c))
      return c.json({ status: 'success' })
    },
  )
  supplierRoute(
    api,
    {
      id: 'rotateSupplierCredential',
      method: 'post',
      path: '/supplier/credentials/:id/rotate',
      scope,
      tag,
      summary: 'Makes a credential in place of another, which ends a while later',
      description:
        'The new one has the same name, scopes, networks and keys, and a secret of its own that is shown this once. Where the old one had an end, the new one lives as long again.',
      params: CredentialId,
      body: CredentialRotateInput,
      bodyOptional: true,
      bodyExample: { overlap_seconds: 3_600 },
      status: 201,
      answer: NewCredentialView,
      example: EXAMPLE_NEW_CREDENTIAL,
      fails: [409],
    },
    async (c) => c.json(await rotated(c, idOf(c), await inputOf(c, CredentialRotateInput)), 201),
  )
}
