import type { HeldReason } from './outcome.ts'
import type { RecordProblem } from './problem.ts'
import type { OutcomeCode } from './report.ts'

/** Records that could not be taken and are not wrong either: they are kept until somebody mends what was missing. */

/** What lets a record go on, by why it is held. Public words. */
export const REMEDIES: Record<HeldReason, string> = {
  unknown_subject: 'register the subject, then redrive',
  no_consent: 'record the subject’s consent, then redrive',
  consent_ended: 'where the subject gave another consent, record it, then redrive',
  unmapped: 'activate a minor version of the contract that can read it, or send it corrected',
  implausible: 'send it corrected',
  contract_quarantined:
    'when the contract is held back no more it goes on by itself, or, where the developer rules so, by a redrive',
}

/**
 * `waiting`: kept; `redriving`: a redrive is on its way with it; `taken`: a redrive took it, and the report says as what.
 * The others ended without: nothing of the record is kept any more.
 */
export const QUARANTINE_STATES = ['waiting', 'redriving', 'taken', 'expired', 'erased'] as const
export type QuarantineState = (typeof QUARANTINE_STATES)[number]

/** As its batch and line name it, so that a report leads to it without a list. */
export const quarantineId = (batchId: string, line: number): string => `qrn_${batchId.slice('bat_'.length)}_${line}`
const ID = /^qrn_([0-9a-f]{32})_([1-9]\d{0,9})$/
export function placeOfQuarantined(id: string): { batch_id: string; line: number } | undefined {
  const found = ID.exec(id)
  return found ? { batch_id: `bat_${found[1]}`, line: Number(found[2]) } : undefined
}

/** What items are found by. */
export interface QuarantineFilter {
  state?: QuarantineState
  reason?: HeldReason
  /** `name`, or `name@1`. */
  contract?: string
  batch_id?: string
  subject_hash?: string
  /** Put there since, and before. */
  from_at?: number
  to_at?: number
}

/** What a redrive made of a record. */
export type Redriven =
  | { kind: 'taken'; code: Extract<OutcomeCode, 'a' | 'u' | 'd'> }
  /** It stays where it is, with what is wrong now: nothing that was kept is lost by trying. */
  | { kind: 'kept'; problems: RecordProblem[]; reason?: HeldReason }
