import { Admission, type Waiting } from './admission.ts'
import { Alerts } from './alerts.ts'
import { Completeness } from './completeness.ts'
import type { Part } from './desk.ts'
import { Hook } from './hook.ts'
import type { DeskPlace } from './place.ts'
import { Quality, type QualityParts } from './quality.ts'
import { QualityStore } from './quality-store.ts'
import { Rules } from './rules.ts'
import { scorecard } from './scorecard.ts'

/** The parts of a desk that watch over what comes: who may send, how good it is, and who is told. */
export class Oversight implements Part {
  readonly admission: Admission
  readonly hook: Hook
  readonly alerts: Alerts
  readonly rules: Rules
  readonly quality: Quality
  private readonly store: QualityStore
  private readonly place: DeskPlace

  constructor(place: DeskPlace, waiting: Waiting, redrive: QualityParts['redrive']) {
    this.place = place
    const { tables } = place
    this.admission = new Admission(place, waiting)
    this.hook = new Hook(place)
    this.alerts = new Alerts(place, this.hook)
    this.rules = new Rules(tables)
    this.store = new QualityStore(tables)
    const completeness = new Completeness(tables)
    const { store, alerts, rules } = this
    const parts = { store, completeness, alerts, rules, redrive }
    this.quality = new Quality(place, parts)
  }

  /** Infinity: nothing waits. */
  dueAt(): number {
    const times = [this.quality.dueAt, this.alerts.dueAt, this.hook.dueAt]
    return Math.min(...times.map((at) => at ?? Number.POSITIVE_INFINITY))
  }
  async look(): Promise<void> {
    await this.quality.look()
    await this.alerts.send()
    await this.hook.send()
  }
  view() {
    return scorecard(this.scored, this.place.now())
  }
  private get scored() {
    const { quality, store, alerts, rules } = this
    return { quality, store, alerts, rules }
  }
}
