import { text, utf8 } from '../../shared/base/bytes.ts'
import { seal, unseal } from '../../shared/base/seal.ts'
import type { MinutePayload } from '../../shared/streaming/minute-payload.ts'
import { isOpen, type Person } from '../../shared/streaming/minute-person.ts'
import type { FrameKeys } from './frame-keys.ts'

type Sealed = { uid: string; sealed: ArrayBuffer }

/** What is known of people's open minutes, and what was made of those that are over until their cells have it: sealed with their keys. */
export class MinuteStore {
  private readonly sql: SqlStorage
  private readonly keys: FrameKeys
  private readonly context: string

  constructor(sql: SqlStorage, keys: FrameKeys, context: string) {
    this.sql = sql
    this.keys = keys
    this.context = context
    sql.exec(`CREATE TABLE IF NOT EXISTS minutes (id INTEGER PRIMARY KEY, to_seq INTEGER NOT NULL)`)
    sql.exec(`CREATE TABLE IF NOT EXISTS minute_people (
      uid TEXT PRIMARY KEY, open INTEGER NOT NULL, sealed BLOB NOT NULL) WITHOUT ROWID`)
    sql.exec(`CREATE TABLE IF NOT EXISTS minute_payloads (
      payload_id TEXT PRIMARY KEY, uid TEXT NOT NULL, resource TEXT NOT NULL, sealed BLOB NOT NULL) WITHOUT ROWID`)
  }

  /** How far frames are counted in what is kept here; undefined: they are not counted at all. */
  get toSeq(): number | undefined {
    return this.sql.exec<{ to_seq: number }>(`SELECT to_seq FROM minutes`).toArray()[0]?.to_seq
  }
  begin(toSeq: number): void {
    this.sql.exec(`INSERT INTO minutes VALUES (1, ?) ON CONFLICT DO NOTHING`, toSeq)
  }
  end(): void {
    this.sql.exec(`DELETE FROM minutes`)
    this.sql.exec(`DELETE FROM minute_people`)
  }

  /** Those whose minutes are open. */
  open(): string[] {
    return this.sql
      .exec<{ uid: string }>(`SELECT uid FROM minute_people WHERE open = 1`)
      .toArray()
      .map(({ uid }) => uid)
  }
  /** Their key is loaded. */
  person(uid: string): Person | undefined {
    const key = this.keys.of(uid)
    const [row] = this.sql.exec<Sealed>(`SELECT uid, sealed FROM minute_people WHERE uid = ?`, uid).toArray()
    return key && row && (JSON.parse(text(unseal(key, new Uint8Array(row.sealed), this.place(uid)))) as Person)
  }

  /** Inside a transaction. Of whom there is no key nothing is kept. */
  write(toSeq: number, payloads: MinutePayload[], changes: Map<string, Person | null>): void {
    for (const { payload_id, user_id, resource, body } of payloads) {
      const key = this.keys.of(user_id)
      if (!key) continue
      const sealed = seal(key, utf8(body), this.place(payload_id))
      this.sql.exec(`INSERT INTO minute_payloads VALUES (?, ?, ?, ?)`, payload_id, user_id, resource, sealed)
    }
    for (const [uid, person] of changes) {
      const key = this.keys.of(uid)
      if (!person || !key) this.sql.exec(`DELETE FROM minute_people WHERE uid = ?`, uid)
      else
        this.sql.exec(
          `INSERT INTO minute_people VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET open = excluded.open, sealed = excluded.sealed`,
          uid,
          isOpen(person) ? 1 : 0,
          seal(key, utf8(JSON.stringify(person)), this.place(uid)),
        )
    }
    this.sql.exec(`UPDATE minutes SET to_seq = ?`, toSeq)
  }

  /** Some of what waits, opened; what cannot be opened any more is dropped. */
  async waiting(most: number): Promise<MinutePayload[]> {
    const rows = this.sql
      .exec<Sealed & { payload_id: string; resource: MinutePayload['resource'] }>(
        `SELECT * FROM minute_payloads ORDER BY payload_id LIMIT ?`,
        most,
      )
      .toArray()
    await this.keys.load(rows.map(({ uid }) => uid))
    return rows.flatMap(({ payload_id, uid, resource, sealed }) => {
      const key = this.keys.of(uid)
      if (key) {
        const body = text(unseal(key, new Uint8Array(sealed), this.place(payload_id)))
        return [{ payload_id, user_id: uid, resource, body }]
      }
      this.sent([payload_id])
      return []
    })
  }
  get waits(): boolean {
    return this.sql.exec(`SELECT 1 FROM minute_payloads LIMIT 1`).toArray().length > 0
  }
  sent(payloadIds: string[]): void {
    for (const id of payloadIds) this.sql.exec(`DELETE FROM minute_payloads WHERE payload_id = ?`, id)
  }
  forget(uid: string): void {
    this.sql.exec(`DELETE FROM minute_people WHERE uid = ?`, uid)
    this.sql.exec(`DELETE FROM minute_payloads WHERE uid = ?`, uid)
  }
  private place(of: string): string {
    return `${this.context}/minutes/${of}`
  }
}
