import type { Env } from '../../durable-objects/env.ts'
import { supplierDesk } from '../../durable-objects/stubs.ts'
import type { DeskSubject } from '../../durable-objects/supplier-desk-api.ts'
import { CONNECTION_SLOTS } from '../../shared/base/limits.ts'
import type { DeskAddress } from '../../shared/supply/desk.ts'
import type { ContractDocument } from '../../shared/supply/document.ts'
import { type HeldReason, SUBJECT_CLOSED } from '../../shared/supply/outcome.ts'
import { connectSubject } from '../suppliers/connect-subject.ts'

/** Whom a record names, and under which consent. */
export interface Named {
  hash: string
  subject: string
  reference_id: string | undefined
  consent: string | undefined
}
export type Whose = { kind: 'subject'; subject: DeskSubject } | { kind: 'held'; reason: Refused; subject?: DeskSubject }
/** Why nothing of a person is taken. */
export type Refused = Extract<HeldReason, 'unknown_subject' | 'no_consent' | 'consent_ended'> | typeof SUBJECT_CLOSED

/** A desk is asked for so many subjects at a time. */
const ASKED_AT_ONCE = 1_000

/** Whose each record is. `connect`: people who are new are connected, where the contract says so. */
export async function subjectsOf(
  env: Env,
  address: DeskAddress,
  identity: ContractDocument['identity'],
  named: Named[],
  { now, connect }: { now: number; connect: boolean },
): Promise<(one: Named) => Whose> {
  const hashes = [...new Set(named.map(({ hash }) => hash))]
  const known: Record<string, DeskSubject> = {}
  for (let from = 0; from < hashes.length; from += ASKED_AT_ONCE)
    Object.assign(known, await supplierDesk(env, address).subjects(hashes.slice(from, from + ASKED_AT_ONCE)))
  const opens = identity.connect === 'first_record'
  // The record that names a consent connects its subject, or gives the consent that was missing.
  const missing = new Map<string, Named>()
  for (const one of named) {
    const subject = known[one.hash]
    if (one.consent === undefined || missing.has(one.hash)) continue
    if (subject ? subject.state === 'active' && !subject.consented : opens) missing.set(one.hash, one)
  }
  const fresh = connect ? [...missing] : []
  for (let from = 0; from < fresh.length; from += CONNECTION_SLOTS)
    await Promise.all(
      fresh.slice(from, from + CONNECTION_SLOTS).map(async ([hash, { subject, reference_id, consent }]) => {
        const about = { subject, reference_id: reference_id ?? subject, consent: consent! }
        known[hash] = await connectSubject(env, address, about)
      }),
    )
  return (one) => {
    const subject = known[one.hash]
    if (!subject) {
      if (!opens) return { kind: 'held', reason: 'unknown_subject' }
      return missing.has(one.hash) ? { kind: 'subject', subject: NOBODY_YET } : { kind: 'held', reason: 'no_consent' }
    }
    const reason = heldReason(subject, missing.has(one.hash), now)
    return reason ? { kind: 'held', reason, subject } : { kind: 'subject', subject }
  }
}

function heldReason(subject: DeskSubject, consents: boolean, now: number): Refused | undefined {
  if (subject.state === 'closed') return SUBJECT_CLOSED
  if (subject.state === 'withdrawn') return 'consent_ended'
  if (subject.consent_ends_at !== null && subject.consent_ends_at <= now) return 'consent_ended'
  return subject.consented || consents ? undefined : 'no_consent'
}
/** Of a strict batch that is only looked at: who would be connected. */
const NOBODY_YET: DeskSubject = {
  number: 0,
  user_id: '00000000-0000-8000-8000-000000000000',
  cell: '',
  state: 'active',
  consented: true,
  consent_ends_at: null,
  held: false,
}
