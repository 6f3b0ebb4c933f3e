import type { SupplierRules } from '../../../shared/supply/supplier-rules.ts'
import { BREACH } from './words.ts'

/** What the developer rules for this supplier, above its contracts. */
export const ruleFacts = ({ on_breach, after_hold }: SupplierRules): [name: string, value: string][] => [
  ...(on_breach
    ? [['When a promise is broken', `${BREACH[on_breach]}, whatever the contract says`] as [string, string]]
    : []),
  ...(after_hold ? [['When a hold is over', AFTER[after_hold]] as [string, string]] : []),
]
const AFTER = {
  redrive: 'what was held back is read again by itself',
  wait: 'what was held back stays in quarantine until somebody sends it on',
}
