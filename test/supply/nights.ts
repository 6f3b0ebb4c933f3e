import type { CompiledContract } from '../../shared/supply/compiled.ts'
import { ContractDocument } from '../../shared/supply/document.ts'

/** Contracts of nights, and what they make of records. */

export const RECEIVED_AT = Date.parse('2031-01-05T00:00:00Z')
export const documentOf = (more: object) =>
  ContractDocument.parse({ name: 'night', version: '1.0', schema: {}, identity: { subject: 'person' }, ...more })
export const session = { session: { id: 'id', start: { path: 'start' }, end: { path: 'end' } } }
export const sleep = (fields: object, more: object = {}) => ({
  rules: [{ type: 'sleep', place: session, fields, ...more }],
})
export const NIGHT = { id: 'n1', person: 'p1', start: '2031-01-01T22:00:00+01:00', end: '2031-01-02T06:00:00+01:00' }

export function read(contract: CompiledContract, record: object) {
  const found = contract.inspect(JSON.stringify(record))
  if (found.kind === 'rejected') return found
  return { ...found, ...contract.map(found.item, 'user-1', RECEIVED_AT) }
}
export const dataOf = (contract: CompiledContract, record: object) => {
  const found = read(contract, record)
  if (found.kind !== 'records') throw new Error(JSON.stringify(found))
  return found.records.map(({ data }) => data)
}
export const problemsOf = (contract: CompiledContract, record: object) => {
  const found = read(contract, record)
  return 'problems' in found ? found.problems.map(({ pointer, rule }) => [pointer, rule]) : found
}
