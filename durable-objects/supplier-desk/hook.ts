import { sealJson, unsealJson } from '../../shared/access/vault.ts'
import { outside } from '../../shared/base/http.ts'
import { newId } from '../../shared/base/ids.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/base/time.ts'
import { nextWait } from '../../shared/delivery/retry.ts'
import { signatureHeaders } from '../../shared/delivery/sign.ts'
import { deskName } from '../../shared/supply/desk.ts'
import type { HookEvent } from '../../shared/supply/hook.ts'
import { keyOfSupplier } from '../supplier-key.ts'
import type { DeskTables } from './desk-store.ts'
import type { DeskPlace } from './place.ts'

/** A receiver that does not answer in this time has not taken it. */
const TIMEOUT_MS = 8 * SECOND_MS
/** One turn of the alarm sends so many; the next begins at once. */
const AT_ONCE = 10
/** What could not be told for so long is told no more: the portal and the API have it. */
const KEPT_MS = 3 * DAY_MS
const WAITS = [5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS]
const MOST_WAITING = 10_000

export interface HookSettings {
  url: string
  /** Those that are told; none named: all. */
  events: HookEvent[]
}
interface Kept extends HookSettings {
  sealed: string
  since: number
  /** Tries in a row that failed, and when the next is made. */
  failures: number
  retryAt: number
  delivered: number
  dropped: number
  last: { at: number; status: number | null; error: string | null } | null
}
export interface HookStatus extends Omit<Kept, 'sealed' | 'failures' | 'retryAt'> {
  waiting: number
  failing: boolean
}
interface Message {
  message_id: string
  created_at: number
  attempts: number
  body: string
}
export interface Told {
  ok: boolean
  status: number | null
  error: string | null
}

/**
 * The supplier's own webhook: what its batches came to, and alerts. Messages are written down with what they tell of, and go
 * when the receiver took them; the id stays over retries (Standard Webhooks).
 */
export class Hook {
  private readonly place: DeskPlace
  private readonly tables: DeskTables

  constructor(place: DeskPlace) {
    this.place = place
    this.tables = place.tables
  }

  /** `secret`: for one that is new; one that is there keeps its own. */
  set({ url, events }: HookSettings, secret: string): { hook: HookStatus; fresh: boolean } {
    const before = this.about
    const sealed = before?.sealed ?? sealJson(this.key, secret, this.context)
    const fresh = { since: this.place.now(), delivered: 0, dropped: 0, last: null }
    const kept = before?.url === url ? before : {}
    this.write({ ...fresh, ...kept, url, events, sealed, failures: 0, retryAt: 0 })
    return { hook: this.status()!, fresh: before === undefined }
  }
  remove(): boolean {
    const there = this.about !== undefined
    if (there) this.tables.write('hook', `DELETE FROM hook`)
    if (there) this.tables.write('hook', `DELETE FROM hook_messages`)
    return there
  }
  status(): HookStatus | undefined {
    const { about } = this
    if (!about) return undefined
    const { sealed: _, failures, retryAt: __, ...open } = about
    return { ...open, waiting: this.waiting, failing: failures > 0 }
  }
  private get waiting(): number {
    return this.tables.read<{ n: number }>(`SELECT count(*) AS n FROM hook_messages`)[0]?.n ?? 0
  }

  /** Inside the transaction that writes what it tells. Key: `id`; the same message again is one. */
  say(type: HookEvent, data: object, id = newId('evt')): void {
    const { about } = this
    if (!about || (about.events.length > 0 && !about.events.includes(type))) return
    if (this.waiting >= MOST_WAITING) {
      this.write({ ...about, dropped: about.dropped + 1 })
      return
    }
    const now = this.place.now()
    const body = JSON.stringify({ type, timestamp: new Date(now).toISOString(), data })
    this.tables.write('hook', `INSERT OR IGNORE INTO hook_messages VALUES (?, ?, 0, ?)`, id, now, body)
  }

  /** When there is something to send; undefined: there is nothing. */
  get dueAt(): number | undefined {
    const { about } = this
    if (!about || this.waiting === 0) return undefined
    return Math.max(about.retryAt, 0)
  }
  /** Never throws. */
  async send(): Promise<void> {
    const due = this.dueAt
    if (due === undefined || due > this.place.now()) return
    this.giveUp(this.place.now() - KEPT_MS)
    // Those that failed least come first: one that is never taken does not hold up the others.
    const messages = this.tables.read<Message>(`SELECT * FROM hook_messages ORDER BY attempts, rowid LIMIT ${AT_ONCE}`)
    for (const message of messages) if (!(await this.sendOne(message))) return
  }
  private giveUp(before: number): void {
    const [old] = this.tables.read<{ n: number }>(
      `SELECT count(*) AS n FROM hook_messages WHERE created_at < ?`,
      before,
    )
    const { about } = this
    if (!old || old.n === 0 || !about) return
    this.write({ ...about, dropped: about.dropped + old.n })
    this.tables.write('hook', `DELETE FROM hook_messages WHERE created_at < ?`, before)
  }
  private async sendOne({ message_id, body, attempts }: Message): Promise<boolean> {
    const before = this.about
    if (!before) return false
    const told = await this.post(before, message_id, body)
    const about = this.about
    // It was changed or removed meanwhile: what came of the old one says nothing of the new one.
    if (!about || about.url !== before.url) return false
    const last = { at: this.place.now(), status: told.status, error: told.error }
    if (told.ok) {
      this.tables.write('hook', `DELETE FROM hook_messages WHERE message_id = ?`, message_id)
      this.write({ ...about, failures: 0, retryAt: 0, delivered: about.delivered + 1, last })
      return true
    }
    logLine('hook not taken', { supplier_id: this.place.address.supplier_id, status: told.status ?? 0 })
    const failures = about.failures + 1
    const wait = nextWait(WAITS, Math.min(failures, WAITS.length), Math.random())!
    this.tables.write('hook', `UPDATE hook_messages SET attempts = ? WHERE message_id = ?`, attempts + 1, message_id)
    this.write({ ...about, failures, retryAt: last.at + wait, last })
    return false
  }
  /** A message of the moment, as a trial: what the receiver said is told, and nothing is kept. */
  async test(): Promise<Told | undefined> {
    const { about } = this
    const timestamp = new Date(this.place.now()).toISOString()
    const data = { environment: this.place.address.environment }
    return about && this.post(about, newId('evt'), JSON.stringify({ type: 'hook.test', timestamp, data }))
  }

  private async post({ url, sealed }: Kept, messageId: string, body: string): Promise<Told> {
    const secret = unsealJson<string>(this.key, sealed, this.context)
    const signed = Object.entries(signatureHeaders(body, messageId, [secret], Date.now()))
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Fascia/1',
      ...Object.fromEntries(signed.filter(([name]) => name.startsWith('webhook-'))),
    }
    const http = outside({ fetch: (input, init) => fetch(input, init), timeoutMs: TIMEOUT_MS })
    try {
      const response = await http(url, { method: 'POST', headers, body })
      await response.body?.cancel().catch(() => undefined)
      const { status } = response
      return { ok: response.ok, status, error: response.ok ? null : `status ${status}` }
    } catch (error) {
      const late = error instanceof Error && error.name === 'TimeoutError'
      return { ok: false, status: null, error: late ? `no answer in ${TIMEOUT_MS / SECOND_MS} s` : 'no connection' }
    }
  }

  private get key(): Uint8Array {
    return keyOfSupplier(this.place.env, this.place.address)
  }
  private get context(): string {
    return `hook/${deskName(this.place.address)}`
  }
  private get about(): Kept | undefined {
    const [row] = this.tables.read<{ about: string }>(`SELECT about FROM hook`)
    return row && (JSON.parse(row.about) as Kept)
  }
  private write(about: Kept): void {
    this.tables.write(
      'hook',
      `INSERT INTO hook VALUES (1, ?) ON CONFLICT DO UPDATE SET about = excluded.about`,
      JSON.stringify(about),
    )
  }
}
