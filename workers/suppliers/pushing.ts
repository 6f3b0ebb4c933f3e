import { supplierDesk } from '../../durable-objects/stubs.ts'
import type { LetIn } from '../../durable-objects/supplier-desk/oversight-api.ts'
import { typesRefused } from '../../shared/access/supplier-scopes.ts'
import { Fault } from '../../shared/base/fault.ts'
import { INTAKE } from '../../shared/base/supply-limits.ts'
import { z } from '../../shared/base/zod.ts'
import type { DeskAddress } from '../../shared/supply/desk.ts'
import { dayEnd, type SupplierLimits, secondsUntil, type Want } from '../../shared/supply/limits.ts'
import { BatchBody } from '../ingest/batch-body.ts'
import { contractOf, type KnownContract } from './contract-of.ts'
import { deskAddress } from './desk-of.ts'
import { limitsFor } from './limits.ts'
import type { SupplierContext } from './supplier-only.ts'

export const ContractPath = z.object({
  contract: z.string().openapi({
    description: 'A contract: `name`, where one major version of it is active; else `name@1` or `name@1.2`',
    example: 'lab-results@1',
  }),
})

/** Somebody who pushes under a contract, and may. */
export interface Push {
  address: DeskAddress
  limits: SupplierLimits
  known: KnownContract
  /** `name@1.2` */
  contract: string
}

export async function pushOf(c: SupplierContext): Promise<Push> {
  const { supplier, environment } = c.get('supplier')
  const { supplier_id } = supplier
  const known = await contractOf(c.env, { supplier_id, environment, named: c.req.param('contract') ?? '' })
  mayPush(c, known)
  return {
    address: deskAddress(supplier, environment),
    limits: limitsFor(supplier, environment),
    known,
    contract: `${known.name}@${known.version}`,
  }
}

/** A token that is for some types brings no records that become others. */
export function mayPush(c: SupplierContext, { compiled }: KnownContract): void {
  const refused = typesRefused(c.get('supplier').scopes, compiled.types)
  if (refused.length > 0)
    throw new Fault(
      'forbidden',
      `this token may not push ${refused.join(', ')}, which records of this contract become; ask /oauth/token for ingest:write or ingest:write:${refused[0]}`,
      {},
      'scope_missing',
    )
}

/** Asks the desk whether more may come now. Whatever it says, the answer tells what is left. */
export async function letIn(c: SupplierContext, { address, limits, contract }: Push, want: Want): Promise<LetIn> {
  const admitted = await supplierDesk(c.env, address).admit(limits, want, contract)
  if (admitted.kind === 'refused') {
    const { status, message, headers, code } = admitted
    throw new Fault(status === 429 ? 'rate_limited' : 'unavailable', message, headers, code)
  }
  for (const [name, value] of Object.entries(admitted.headers)) c.header(name, value)
  return admitted
}

/** The body of a push, which ends where its sender's day does. */
export function bodyOf(
  c: SupplierContext,
  { bytes_left, now }: Pick<LetIn, 'bytes_left' | 'now'>,
  most: number = INTAKE.bodyBytes,
): BatchBody {
  const overDay = () =>
    new Fault(
      'rate_limited',
      'the body is larger than what may still come today; nothing was taken',
      { 'retry-after': `${secondsUntil(dayEnd(now), now)}` },
      'too_many_bytes',
    )
  const overBody = () =>
    new Fault(
      'too_large',
      `a body is at most ${most / 1024 ** 2} MB; send it packed with gzip, in several batches, or as an upload in parts`,
      {},
      'body_too_large',
    )
  return bytes_left < most ? new BatchBody(c.req.raw, bytes_left, overDay) : new BatchBody(c.req.raw, most, overBody)
}

const PRINTABLE = /^[\x20-\x7e]{1,255}$/
export function idempotencyKeyOf(c: SupplierContext): string | undefined {
  const key = c.req.header('idempotency-key')
  if (key === undefined || PRINTABLE.test(key)) return key
  throw new Fault(
    'bad_request',
    'idempotency-key is 1 to 255 printable ASCII characters, such as a UUID',
    {},
    'idempotency_key_malformed',
  )
}
