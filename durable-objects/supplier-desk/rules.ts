import type { Environment, Slas } from '../../shared/supply/document.ts'
import { majorOf } from '../../shared/supply/major.ts'
import type { Measure } from '../../shared/supply/sla.ts'
import type { DeskTables } from './desk-store.ts'

export type Action = Slas['on_breach']
/** Records of a contract (all versions of a major) that are held back in quarantine. */
export interface Hold {
  since: number
  why: string
  /** Objectives that are breached; it ends with the last of them. */
  objectives: string[]
}

/**
 * What a breach does by itself. Data that are late or missing are no better for being held back: that is for what is wrong
 * in what comes. In the sandbox nobody is suspended, since that would hold in production too.
 */
export function actionOf(onBreach: Action, { objective, measured, target }: Measure, environment: Environment): Action {
  const tooMuch = objective === 'volume' && measured !== null && measured > target
  if (objective !== 'validity' && objective !== 'duplicates' && !tooMuch) return 'alert'
  return onBreach === 'suspend' && environment === 'sandbox' ? 'quarantine' : onBreach
}

/** What is held back now, and by what. It ends when all is well again, or when the developer lifts it. */
export class Rules {
  private readonly tables: DeskTables

  constructor(tables: DeskTables) {
    this.tables = tables
  }

  /** `contract`: `name@1.2`, or `name@1`. */
  isHeld(contract: string): boolean {
    return this.hold(contract) !== undefined
  }
  hold(contract: string): Hold | undefined {
    const [row] = this.tables.read<{ about: string }>(`SELECT about FROM holds WHERE contract = ?`, majorOf(contract))
    return row && (JSON.parse(row.about) as Hold)
  }

  begin(contract: string, objective: string, why: string, now: number): void {
    const hold = this.hold(contract) ?? { since: now, why, objectives: [] }
    this.write(contract, { ...hold, objectives: [...new Set([...hold.objectives, objective])] })
  }
  /** → whether the hold is over with it. */
  end(contract: string, objective: string): boolean {
    const hold = this.hold(contract)
    if (!hold?.objectives.includes(objective)) return false
    const objectives = hold.objectives.filter((one) => one !== objective)
    if (objectives.length > 0) this.write(contract, { ...hold, objectives })
    else this.lift(contract)
    return objectives.length === 0
  }
  /** By hand. It does not begin again before all was well in between. → whether there was one. */
  lift(contract: string): boolean {
    const held = this.isHeld(contract)
    this.tables.write('rules', `DELETE FROM holds WHERE contract = ?`, majorOf(contract))
    return held
  }
  private write(contract: string, hold: Hold): void {
    this.tables.write(
      'rules',
      `INSERT INTO holds VALUES (?, ?) ON CONFLICT DO UPDATE SET about = excluded.about`,
      majorOf(contract),
      JSON.stringify(hold),
    )
  }
}
