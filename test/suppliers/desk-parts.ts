import { runInDurableObject } from 'cloudflare:test'
import { Alerts } from '../../durable-objects/supplier-desk/alerts.ts'
import { Completeness } from '../../durable-objects/supplier-desk/completeness.ts'
import { Hook } from '../../durable-objects/supplier-desk/hook.ts'
import type { DeskPlace } from '../../durable-objects/supplier-desk/place.ts'
import { Quality, type Released } from '../../durable-objects/supplier-desk/quality.ts'
import { QualityStore } from '../../durable-objects/supplier-desk/quality-store.ts'
import { Rules } from '../../durable-objects/supplier-desk/rules.ts'
import { DESK_STEPS } from '../../durable-objects/supplier-desk/steps.ts'
import { Tables } from '../../durable-objects/tables.ts'
import type { Slas } from '../../shared/supply/document.ts'
import { addToTally, type Counted, newTally } from '../../shared/supply/tally.ts'
import { type Account, house } from '../house.ts'

/** Parts of a desk on the store of an object, under a clock of the test's. */
export class DeskParts {
  now: number
  private readonly account: Account
  private readonly state: DurableObjectState
  readonly tables: Tables
  readonly environment: 'sandbox' | 'production'
  readonly supplier_id: string
  parts!: ReturnType<DeskParts['open']>

  constructor(
    state: DurableObjectState,
    account: Account,
    more: { now: number; environment?: 'sandbox' | 'production'; supplier_id?: string },
  ) {
    this.state = state
    this.tables = new Tables(state.storage, DESK_STEPS)
    this.account = account
    this.now = more.now
    this.environment = more.environment ?? 'sandbox'
    this.supplier_id = more.supplier_id ?? 'sup_of_the_test'
    this.parts = this.open()
  }
  get place(): DeskPlace {
    const { developer_id, region } = this.account.developer
    return {
      env: house,
      tables: this.tables,
      address: { region, developer_id, supplier_id: this.supplier_id, environment: this.environment },
      now: () => this.now,
    }
  }
  private open() {
    const { place } = this
    const hook = new Hook(place)
    const alerts = new Alerts(place, hook)
    const store = new QualityStore(place.tables)
    const completeness = new Completeness(place.tables)
    const rules = new Rules(place.tables)
    const redrive = (contract: string, by: { contract: string }) => this.redrive(contract, by)
    const quality = new Quality(place, { store, completeness, alerts, rules, redrive })
    return { hook, alerts, store, completeness, rules, quality }
  }
  /** What was held back is to go on: `name@1` by `name@1.2`. */
  readonly redriven: [contract: string, by: string][] = []
  redrive(contract: string, by: { contract: string }): Released | undefined {
    this.redriven.push([contract, by.contract])
    return { redrive_id: `rdv_${this.redriven.length}`, records: 7 }
  }
  /** The object was put to sleep and woken: nothing is left but what is written down. */
  wake(): void {
    this.parts = this.open()
  }
  /** A piece of records, counted in a transaction of its own. */
  piece(contract: { contract_id: string; name: string; version: string; slas: Slas }, records: Counted[]): void {
    const tally = newTally(
      { contract_id: contract.contract_id, document: contract },
      { receivedAt: this.now, origin: 'live' },
    )
    for (const one of records) addToTally(tally, one)
    this.state.storage.transactionSync(() => this.parts.quality.note(tally))
  }
  async look(): Promise<void> {
    await this.parts.quality.look(true)
  }
  rows(table: string): number {
    return this.state.storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).one().n
  }
}

let n = 0
/** On the store of an object that nobody else uses. */
export const inDesk = <T>(
  account: Account,
  more: ConstructorParameters<typeof DeskParts>[2],
  work: (desk: DeskParts) => Promise<T>,
): Promise<T> => {
  const object = house.PROVIDER_HEALTH.get(house.PROVIDER_HEALTH.idFromName(`desk parts ${++n}`))
  return runInDurableObject(object, (_, state) => work(new DeskParts(state, account, more)))
}
