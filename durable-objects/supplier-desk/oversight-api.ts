import type { SupplierLimits, Want } from '../../shared/supply/limits.ts'
import type { AlertView, LimitsView, QualityView } from '../../shared/supply/quality-view.ts'
import type { Admitted } from './admission.ts'
import type { HookSettings, HookStatus, Told } from './hook.ts'

export interface AlertsQuery {
  state?: AlertView['state']
  /** Those that were raised before this one. */
  before?: string
  limit: number
}

/** Of who may send: the desk's time, and whether a rule holds records of the contract back. */
export type LetIn = Extract<Admitted, { kind: 'granted' }> & { now: number; held: boolean }

/** What doors ask of a desk about limits, quality, alerts and the supplier's hook. Each may be repeated. */
export interface OversightApi {
  /** Before a body is read. Single records are counted with it; a batch when it is committed. */
  admit(limits: SupplierLimits, want: Want, contract: string): Promise<LetIn | Extract<Admitted, { kind: 'refused' }>>
  limitsView(limits: SupplierLimits): Promise<LimitsView>
  qualityView(): Promise<QualityView>
  /** undefined: there is no alert `before`. */
  alerts(query: AlertsQuery): Promise<AlertView[] | undefined>
  /** `contract`: `name@1`. → whether its records were held back, and the redrive that reads those that waited, if it is to. */
  liftHold(contract: string, redrive: boolean): Promise<{ lifted: boolean; redrive_id: string | null }>
  /** Puts the sandbox's clock forward, and does what is due then. → the desk's time, epoch ms; undefined: that is too far. */
  advance(ms: number): Promise<number | undefined>
  hook(): Promise<HookStatus | null>
  /** `secret`: for one that is new (`fresh`); one that is there keeps its own. */
  setHook(settings: HookSettings, secret: string): Promise<{ hook: HookStatus; fresh: boolean }>
  removeHook(): Promise<boolean>
  /** null: there is none. */
  testHook(): Promise<Told | null>
}
