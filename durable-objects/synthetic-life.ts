import { sha256 } from '../shared/base/hash.ts'
import { DAY_MS, HOUR_MS, SECOND_MS } from '../shared/base/time.ts'
import { dateOf, Life } from '../shared/source/people/life.ts'
import { FAST_DAY_MS, FAST_DAYS, type Plan } from '../shared/source/people/plan.ts'
import { bodyOf, type Sending, sendings } from '../shared/source/people/sendings.ts'
import type { IncomingPayload } from '../shared/source/record.ts'

/** What is sent at once, and where the life stands when it is in the log. `key`: the same sending has the same. */
export interface Batch {
  sends: { key: string; sending: Sending }[]
  day: number
  place: number
  nextAt: number | null
}
interface Row extends Record<string, SqlStorageValue> {
  plan: string
  day: number
  place: number
  next_at: number | null
}
/** Of one turn. */
const MOST_AT_ONCE = 50
/** Whoever asked for days works them off at once; the queue looks when they should be done. */
const ADVANCED_NUDGE_S = 5

/** So many days, or up to and without one. */
export type Asked = { days: number } | { to: number }
/** Dates; `to` is the first day that is not over. */
export interface AdvanceAnswer {
  from: string
  to: string
  payloads: number
  odd: { sent_on: string; date: string; resource: Sending['resource']; as: NonNullable<Sending['as']> }[]
}
/** Commits sendings; where it fails, they are sent again. */
type Push = (sends: Batch['sends'], nudgeAfterS: number) => Promise<void>

/** How far a synthetic person's days have come, and when the next of them happens: a day, and a place among its sendings. */
export class SyntheticLife {
  private readonly sql: SqlStorage
  private readonly push: Push
  private life: Life | undefined
  /** One step at a time, whoever asks. */
  private turn: Promise<unknown> = Promise.resolve()
  constructor(sql: SqlStorage, push: Push) {
    this.sql = sql
    this.push = push
  }
  create(): void {
    this.life = undefined
    this.sql.exec(`CREATE TABLE IF NOT EXISTS life (id INTEGER PRIMARY KEY, plan TEXT NOT NULL, day INTEGER NOT NULL,
      place INTEGER NOT NULL, next_at INTEGER)`)
  }
  begin(plan: Plan, now: number): void {
    const nextAt = plan.live === 'off' ? null : now
    this.sql.exec(
      `INSERT INTO life VALUES (1, ?, ?, 0, ?) ON CONFLICT DO NOTHING`,
      JSON.stringify(plan),
      plan.begins,
      nextAt,
    )
  }
  /** The first day that is not over. */
  state(): { plan: Plan; day: number } | undefined {
    const row = this.row()
    return row && { plan: JSON.parse(row.plan) as Plan, day: row.day }
  }
  nextAt(): number | undefined {
    return this.row()?.next_at ?? undefined
  }

  /** What has come due happens. */
  goOn(now: number): Promise<void> {
    return this.inTurn(async () => {
      const batch = this.due(now)
      if (batch) await this.happen(batch, 0)
    })
  }
  /** Days happen now, whatever the clock says. */
  advance(asked: Asked): Promise<AdvanceAnswer | undefined> {
    return this.inTurn(async () => {
      const from = this.state()?.day
      if (from === undefined) return undefined
      const to = 'to' in asked ? asked.to : from + asked.days
      const answer: AdvanceAnswer = { from: dateOf(from), to: dateOf(Math.max(from, to)), payloads: 0, odd: [] }
      for (let day = from; day < to; day++) {
        const row = this.row()
        if (!row) return undefined // disconnected meanwhile
        const batch = { ...this.restOf(row), nextAt: row.next_at }
        await this.happen(batch, ADVANCED_NUDGE_S)
        answer.payloads += batch.sends.length
        answer.odd.push(...batch.sends.flatMap(({ sending }) => oddOf(day, sending)))
      }
      return answer
    })
  }
  private async happen(batch: Batch, nudgeAfterS: number): Promise<void> {
    await this.push(batch.sends, nudgeAfterS)
    this.sql.exec(`UPDATE life SET day = ?, place = ?, next_at = ?`, batch.day, batch.place, batch.nextAt)
  }
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work)
    this.turn = mine.catch(() => undefined)
    return mine
  }

  /** What has come due; the same again until it is told that it is done. */
  private due(now: number): Batch | undefined {
    const row = this.row()
    if (row?.next_at == null || row.next_at > now) return undefined
    const plan = JSON.parse(row.plan) as Plan
    if (plan.live === 'as_it_happens') return this.happened(row, now)
    const over = plan.begins + FAST_DAYS
    if (row.day >= over) return { sends: [], day: row.day, place: row.place, nextAt: null }
    if (plan.live === 'fast') return { ...this.restOf(row), nextAt: now + FAST_DAY_MS }
    const apartMs = HOUR_MS / (plan.live as number)
    const count = Math.ceil(SECOND_MS / apartMs)
    return { ...this.next(row, count, over), nextAt: now + Math.max(SECOND_MS, apartMs) }
  }

  private happened(row: Row, now: number): Batch {
    const sends: Batch['sends'] = []
    let { day, place } = row
    for (;;) {
      const all = this.of(row, day)
      if (place >= all.length) [day, place] = [day + 1, 0]
      else if (all[place]!.at > now) return { sends, day, place, nextAt: all[place]!.at }
      else if (sends.length === MOST_AT_ONCE) return { sends, day, place, nextAt: now }
      else sends.push({ key: `${day}/${place}`, sending: all[place++]! })
    }
  }
  private next(row: Row, count: number, over: number): Omit<Batch, 'nextAt'> {
    const sends: Batch['sends'] = []
    let { day, place } = row
    while (sends.length < count && day < over) {
      const sending = this.of(row, day)[place]
      if (sending) sends.push({ key: `${day}/${place++}`, sending })
      else [day, place] = [day + 1, 0]
    }
    return { sends, day, place }
  }
  private restOf(row: Row): Omit<Batch, 'nextAt'> {
    const sends = this.of(row, row.day)
      .slice(row.place)
      .map((sending, i) => ({ key: `${row.day}/${row.place + i}`, sending }))
    return { sends, day: row.day + 1, place: 0 }
  }
  private of(row: Row, day: number): Sending[] {
    this.life ??= new Life(JSON.parse(row.plan) as Plan)
    return this.life.once('sendings', day, () => sendings(this.life!, day))
  }
  private row(): Row | undefined {
    return this.sql.exec<Row>(`SELECT plan, day, place, next_at FROM life`).toArray()[0]
  }
}
const oddOf = (day: number, { as, day: of, resource }: Sending): AdvanceAnswer['odd'] =>
  as ? [{ sent_on: dateOf(day), date: dateOf(of), resource, as }] : []

/** A sending as a payload; the same of a person has the same id. */
export const pushed = (
  userId: string,
  { key, sending }: Batch['sends'][number],
): Pick<IncomingPayload, 'payload_id' | 'kind' | 'resource' | 'origin' | 'body'> => ({
  payload_id: `pay_${sha256(`${userId}/life/${key}`).slice(0, 32)}`,
  kind: 'push',
  resource: sending.resource,
  origin: 'live',
  body: bodyOf(sending),
})

/** The span of a plan's history, epoch ms. */
export const historyOf = ({ begins, history_days }: Plan): { from: number; to: number } => ({
  from: (begins - history_days) * DAY_MS,
  to: begins * DAY_MS,
})
