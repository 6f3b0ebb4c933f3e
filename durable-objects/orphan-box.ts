import { DurableObject } from 'cloudflare:workers'
import { Buffer } from 'node:buffer'
import { deploymentKey } from '../shared/access/vault.ts'
import { text, utf8 } from '../shared/base/bytes.ts'
import { MAX_ROW_BYTES, ORPHAN_MS } from '../shared/base/limits.ts'
import { logLine } from '../shared/base/log-line.ts'
import { seal, unseal } from '../shared/base/seal.ts'
import { settings } from '../shared/base/settings.ts'
import { countDropped } from '../shared/db/counters.ts'
import { open } from '../shared/db/open.ts'
import type { IncomingPayload } from '../shared/source/record.ts'
import type { Env } from './env.ts'

/** What a box holds at most; a provider that sends for strangers for ever does not fill the disk. */
const BOX_BYTES = 256 * 1024 * 1024
/** Of one look; a call carries at most 32 MB. */
const LOOK_BYTES = 8 * 1024 * 1024

/** A payload whose owner is not known yet. */
export type Orphan = Omit<IncomingPayload, 'user_id'> & { ownerId: string }

/** One per provider: payloads whose owner is unknown wait a day for their connection. Sealed with a key of their own. */
export class OrphanBox extends DurableObject<Env> {
  private readonly key: Uint8Array

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.key = deploymentKey(settings(env).ROOT_KEY, 'orphans')
    ctx.storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS orphans (
         owner_id TEXT NOT NULL, payload_id TEXT NOT NULL, piece INTEGER NOT NULL, received_at INTEGER NOT NULL, sealed BLOB NOT NULL,
         PRIMARY KEY (owner_id, payload_id, piece)) WITHOUT ROWID`,
    )
  }

  /** Key: payload_id. → how many were kept; the others found the box full and are counted as dropped. */
  async put(orphans: Orphan[]): Promise<number> {
    let kept = 0
    for (const orphan of orphans) {
      if (this.ctx.storage.sql.databaseSize > BOX_BYTES) break
      const sealed = seal(this.key, utf8(JSON.stringify(orphan)), orphan.payload_id)
      this.ctx.storage.transactionSync(() => {
        for (let piece = 0; piece * MAX_ROW_BYTES < sealed.length; piece++)
          this.ctx.storage.sql.exec(
            `INSERT INTO orphans VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
            orphan.ownerId,
            orphan.payload_id,
            piece,
            orphan.receivedAt,
            sealed.slice(piece * MAX_ROW_BYTES, (piece + 1) * MAX_ROW_BYTES),
          )
      })
      kept++
    }
    if (kept < orphans.length) await this.dropped('orphan box full', orphans.length - kept)
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + ORPHAN_MS)
    return kept
  }

  /** What waits for this owner, oldest first, as much as a call carries. It stays until `remove`: a crash loses nothing. */
  async peek(ownerId: string): Promise<Orphan[]> {
    const { sql } = this.ctx.storage
    const waiting = sql
      .exec<{ payload_id: string }>(
        `SELECT payload_id FROM orphans WHERE owner_id = ? AND piece = 0 ORDER BY received_at, payload_id`,
        ownerId,
      )
      .toArray()
    const found: Orphan[] = []
    let bytes = 0
    for (const { payload_id } of waiting) {
      const opened = this.opened(ownerId, payload_id)
      bytes += opened.length
      if (found.length > 0 && bytes > LOOK_BYTES) break
      found.push(JSON.parse(text(opened)) as Orphan)
    }
    return found
  }
  private opened(ownerId: string, payloadId: string): Uint8Array {
    const pieces = this.ctx.storage.sql
      .exec<{ sealed: ArrayBuffer }>(
        `SELECT sealed FROM orphans WHERE owner_id = ? AND payload_id = ? ORDER BY piece`,
        ownerId,
        payloadId,
      )
      .toArray()
    return unseal(this.key, Buffer.concat(pieces.map((one) => new Uint8Array(one.sealed))), payloadId)
  }
  async remove(ownerId: string, payloadIds: string[]): Promise<void> {
    for (const id of payloadIds)
      this.ctx.storage.sql.exec(`DELETE FROM orphans WHERE owner_id = ? AND payload_id = ?`, ownerId, id)
  }

  override async alarm(): Promise<void> {
    await this.expire(Date.now())
  }
  /** Drops what waited for a day, counts it, and looks again when the next is due. */
  private async expire(now: number): Promise<void> {
    const { sql } = this.ctx.storage
    const { n } = sql
      .exec<{ n: number }>(
        `SELECT count(DISTINCT payload_id) AS n FROM orphans WHERE received_at <= ?`,
        now - ORPHAN_MS,
      )
      .one()
    if (n > 0) await this.dropped('orphan', n)
    sql.exec(`DELETE FROM orphans WHERE received_at <= ?`, now - ORPHAN_MS)
    const { next } = sql.exec<{ next: number | null }>(`SELECT min(received_at) AS next FROM orphans`).one()
    if (next !== null) await this.ctx.storage.setAlarm(next + ORPHAN_MS)
  }
  private async dropped(what: string, n: number): Promise<void> {
    logLine('payloads dropped', { kind: what, n })
    await countDropped(open(this.env.DB), what, n)
  }
}
