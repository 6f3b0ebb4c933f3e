import { createHmac } from 'node:crypto'

/** A subject is found by this, so that its name stands nowhere in the clear. Keyed: names are guessable. */
export const subjectHash = (supplierKey: Uint8Array, subject: string): string =>
  createHmac('sha256', supplierKey).update(`subject/${subject}`).digest('hex').slice(0, 32)

/** For what a subject's row and a record in quarantine are sealed: neither opens in another's place. */
export const subjectContext = (hash: string): string => `subject/${hash}`
export const quarantineContext = (batchId: string, line: number): string => `quarantine/${batchId}/${line}`
