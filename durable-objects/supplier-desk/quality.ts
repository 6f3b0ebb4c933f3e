import { HOUR_MS, SECOND_MS } from '../../shared/base/time.ts'
import { majorOf } from '../../shared/supply/major.ts'
import { measures, type Observed } from '../../shared/supply/measures.ts'
import type { HeldReason } from '../../shared/supply/outcome.ts'
import { type Measure, nextState, type Objective } from '../../shared/supply/sla.ts'
import { addCounters, type Counters, noCounters, type Tally } from '../../shared/supply/tally.ts'
import type { Alerts } from './alerts.ts'
import type { Completeness } from './completeness.ts'
import { type Directory, DirectoryLook } from './directory.ts'
import type { DeskPlace } from './place.ts'
import type { Hour, KnownContract, QualityStore, Standing } from './quality-store.ts'
import { actionOf, type Rules } from './rules.ts'

/** Promises are looked at so long after something came: a batch of many pieces is judged now and then, not at each. */
const SETTLE_MS = 5 * SECOND_MS

/** All versions of one major of a contract, and what came under them. */
export interface Major {
  /** `name@1` */
  name: string
  /** The newest last: its promises hold. */
  versions: KnownContract[]
  observed: Observed
}

export interface QualityParts {
  store: QualityStore
  completeness: Completeness
  alerts: Alerts
  rules: Rules
  /** Reads what a rule alone held back again, by this version of its contract. → undefined: nothing of it waits. */
  redrive(contract: string, by: Pick<KnownContract, 'contract_id' | 'contract'>): Released | undefined
}
/** Records that go on since they are held back no more. */
export interface Released {
  redrive_id: string
  records: number
}

/** Counts what records come to, and looks whether it is as the contracts promise. */
export class Quality {
  private readonly place: DeskPlace
  private readonly parts: QualityParts
  private readonly directory: DirectoryLook
  private judgeAt: number | undefined

  constructor(place: DeskPlace, parts: QualityParts) {
    this.place = place
    this.parts = parts
    this.directory = new DirectoryLook(place)
    // Whether something came before the object was put to sleep is not known: it is looked at.
    if (parts.store.contracts().length > 0) this.judgeAt = place.now()
  }

  /** Inside the transaction that keeps what the piece came to. */
  note(tally: Tally): void {
    const now = this.place.now()
    this.parts.store.count(tally, now)
    this.parts.completeness.note(majorOf(tally.contract), tally, now)
    this.judgeAt = Math.min(this.judgeAt ?? Number.POSITIVE_INFINITY, now + SETTLE_MS)
  }
  /** A subject's connection is closed: it is expected no more. */
  ended(subject: number): void {
    this.parts.completeness.ended(subject, this.place.now())
  }

  /** When promises are looked at next; undefined: nothing ever came. */
  get dueAt(): number | undefined {
    return this.judgeAt
  }
  /** Looks at all promises if it is time to, or at once. Never throws for what is outside. */
  async look(atOnce = false): Promise<void> {
    const due = this.judgeAt
    if (due === undefined || (!atOnce && due > this.place.now())) return
    const directory = await this.looked()
    const now = this.place.now()
    const hour = now - (now % HOUR_MS) + HOUR_MS
    this.place.tables.transaction(() => {
      for (const major of this.majors(now)) this.judge(major, directory, now)
      this.sweep(now)
    })
    // Time alone changes how things stand: with each hour another leaves the window.
    this.judgeAt = hour
  }
  private looked(): Promise<Directory | undefined> {
    return this.directory.directory(this.parts.store.contracts().map((one) => one.contract_id))
  }

  /** By hand. `redrive`: whether what was held back goes on. */
  async lift(contract: string, redrive: boolean): Promise<{ lifted: boolean; released: Released | undefined }> {
    await this.looked()
    return this.place.tables.transaction(() => {
      const lifted = this.parts.rules.lift(contract)
      return { lifted, released: lifted && redrive ? this.readAgain(majorOf(contract)) : undefined }
    })
  }
  /** Records that came to be held: what was read under a hold that is over by now goes on. Inside the transaction that keeps them. */
  held(contract: string, records: { reason?: HeldReason }[]): void {
    if (records.some(({ reason }) => reason === 'contract_quarantined')) this.release(majorOf(contract))
  }
  /** What was held back only because of a rule goes on, where it is over. Inside the transaction that says so. */
  private release(major: string): Released | undefined {
    const { supplier, rules } = this.directory.last ?? {}
    // Of a supplier that is closed no promise holds any more: that makes nothing of it good.
    if (this.parts.rules.isHeld(major) || rules?.after_hold === 'wait' || supplier === 'closed') return undefined
    return this.readAgain(major)
  }
  private readAgain(major: string): Released | undefined {
    const states = this.directory.last?.states
    const by = this.parts.store
      .contracts()
      .filter(({ contract }) => majorOf(contract) === major)
      .filter(({ contract_id }) => !states || (states.get(contract_id) ?? 'retired') !== 'retired')
      .sort((a, b) => minorOf(a) - minorOf(b))
      .at(-1)
    return by && this.parts.redrive(major, by)
  }

  private sweptAt = 0
  private sweep(now: number): void {
    if (now - this.sweptAt < HOUR_MS) return
    this.sweptAt = now
    this.parts.store.sweep(now)
    this.parts.alerts.sweep()
    for (const { name } of this.majors(now)) this.parts.completeness.sweep(name, now)
  }

  majors(now: number): Major[] {
    const groups = new Map<string, KnownContract[]>()
    for (const one of this.parts.store.contracts())
      groups.set(majorOf(one.contract), [...(groups.get(majorOf(one.contract)) ?? []), one])
    return [...groups].map(([name, versions]) => {
      versions.sort((a, b) => minorOf(a) - minorOf(b))
      return { name, versions, observed: this.observed(name, versions, now) }
    })
  }
  private observed(name: string, versions: KnownContract[], now: number): Observed {
    const { completeness, window_days } = versions.at(-1)!.slas
    return {
      hours: together(versions.map(({ contract_id }) => this.parts.store.hours(contract_id, now))),
      firstHour: Math.min(...versions.map(({ since }) => since)),
      days: completeness ? this.parts.completeness.days(name, completeness.types, window_days, now) : [],
    }
  }

  private judge({ name, versions, observed }: Major, directory: Directory | undefined, now: number): void {
    const { slas } = versions.at(-1)!
    const standings = this.parts.store.standings()
    const held = heldTo(versions, directory)
    const onBreach = directory?.rules.on_breach ?? slas.on_breach
    const measured = new Map(measures(slas, observed, now).map((one) => [one.objective, one]))
    for (const [key, standing] of standings) {
      const [contract, objective] = key.split('/') as [string, Objective]
      // A promise that is gone with a new version is not broken.
      if (contract === name && !(measured.has(objective) && held(objective))) this.well(key, standing, 'no_data', now)
    }
    for (const [objective, measure] of measured)
      if (held(objective)) this.move(name, measure, standings.get(`${name}/${objective}`), onBreach, now)
  }
  private move(
    name: string,
    measure: Measure,
    before: Standing | undefined,
    onBreach: KnownContract['slas']['on_breach'],
    now: number,
  ): void {
    const { store, alerts, rules } = this.parts
    const key = `${name}/${measure.objective}`
    const state = nextState(before?.state ?? 'no_data', measure)
    if (state === before?.state) return
    if (state !== 'breached') {
      this.well(key, before, state, now)
      return
    }
    const action = actionOf(onBreach, measure, this.place.address.environment)
    const alert_id = alerts.raise(name, measure, action, now)
    if (action === 'quarantine') rules.begin(name, measure.objective, `${measure.objective} is not as promised`, now)
    store.stand(key, { state, since: now, alert_id })
  }
  private well(key: string, before: Standing | undefined, state: Standing['state'], now: number): void {
    if (before?.state === state) return
    const [contract, objective] = key.split('/') as [string, string]
    const released = this.parts.rules.end(contract, objective) ? this.release(contract) : undefined
    if (before?.alert_id) this.parts.alerts.clear(before.alert_id, now, { released })
    this.parts.store.stand(key, { state, since: now })
  }
}

/** The hours of several versions as if they were one. */
function together(versions: Hour[][]): Hour[] {
  if (versions.length === 1) return versions[0]!
  const sums = new Map<number, Counters>()
  for (const { hour, counters } of versions.flat()) {
    const sum = sums.get(hour) ?? noCounters()
    addCounters(sum, counters)
    sums.set(hour, sum)
  }
  return [...sums].map(([hour, counters]) => ({ hour, counters })).sort((a, b) => a.hour - b.hour)
}

const minorOf = ({ contract }: KnownContract) => Number(contract.slice(contract.lastIndexOf('.') + 1))

/** Which promises hold now: of a retired contract none, of one that is on its way out not that data come. */
function heldTo(versions: KnownContract[], directory: Directory | undefined): (objective: Objective) => boolean {
  if (!directory) return () => true
  if (directory.supplier === 'closed') return () => false
  const states = versions.map(({ contract_id }) => directory.states.get(contract_id))
  const coming =
    directory.supplier === 'open' && states.some((state) => state && state !== 'retired' && state !== 'deprecated')
  const over = states.every((state) => state === undefined || state === 'retired')
  return (objective) => !over && (coming || (objective !== 'completeness' && objective !== 'volume'))
}
