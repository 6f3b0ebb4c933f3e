import { logLine } from '../../shared/base/log-line.ts'
import { MINUTE_MS } from '../../shared/base/time.ts'
import { contractStates } from '../../shared/db/contract-states.ts'
import { open } from '../../shared/db/open.ts'
import { supplierOf } from '../../shared/db/suppliers.ts'
import type { ContractState } from '../../shared/supply/document.ts'
import type { SupplierRules } from '../../shared/supply/supplier-rules.ts'
import type { DeskPlace } from './place.ts'

/** What is known of the contracts is as old as this at most. */
const BELIEVED_MS = MINUTE_MS

export interface Directory {
  /** By contract_id. */
  states: Map<string, ContractState>
  supplier: 'open' | 'suspended' | 'closed'
  rules: SupplierRules
}
/** What the directory says of the contracts and the supplier, for whom promises hold. */
export class DirectoryLook {
  private readonly place: DeskPlace
  private known: { directory: Directory; until: number } | undefined

  constructor(place: DeskPlace) {
    this.place = place
  }
  /** What it said last; undefined: nothing since this object began. */
  get last(): Directory | undefined {
    return this.known?.directory
  }
  /** Anew where it knows nothing of one of these contracts. undefined: it did not answer, and never has. */
  async directory(contractIds: string[]): Promise<Directory | undefined> {
    const { known } = this
    if (known && known.until > Date.now() && contractIds.every((id) => known.directory.states.has(id)))
      return known.directory
    const { env, address } = this.place
    try {
      const db = open(env.DB)
      const supplier = await supplierOf(db, address.developer_id, address.supplier_id)
      const states = new Map(await contractStates(db, address.supplier_id, Date.now()))
      const state = supplier?.state
      const directory: Directory = {
        states,
        rules: JSON.parse(supplier?.rules ?? '{}') as SupplierRules,
        supplier: state === undefined || state === 'closed' ? 'closed' : state === 'suspended' ? 'suspended' : 'open',
      }
      this.known = { directory, until: Date.now() + BELIEVED_MS }
    } catch (error) {
      const { supplier_id } = address
      logLine('contracts not looked up', { supplier_id, error: error instanceof Error ? error.message : 'unknown' })
    }
    return this.known?.directory
  }
}
