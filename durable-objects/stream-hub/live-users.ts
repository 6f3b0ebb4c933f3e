import { STREAM } from '../../shared/base/limits.ts'
import type { LinkStatus } from '../../shared/streaming/frames.ts'
import type { ProducerEntry } from '../../shared/streaming/types.ts'

export interface Presence {
  user_id: string
  live: boolean
  producers: number
  since: number | undefined
  last_sample_at: number | undefined
  device: (LinkStatus & { at: number }) | null
  synthetic: boolean
}
interface Producer {
  socket: string
  session: string
  user_id: string
  since: number
  synthetic: boolean
  device: (LinkStatus & { at: number }) | null
  /** It is taken for gone when its session has not spoken of it until then. In memory: after a restart it has a new lease. */
  until: number
}
interface Seen {
  lastSampleAt: number
  written: boolean
  /** Of the connection that ended last. */
  device: Producer['device']
  synthetic: boolean
}
type ProducerRow = Omit<Producer, 'synthetic' | 'device' | 'until'> & { synthetic: number; device: string | null }

/** Who is live, with what, and when their last sample came. Samples are written down seldom, the rest when it changes. */
export class LiveUsers {
  private readonly sql: SqlStorage
  private readonly producers = new Map<string, Producer>()
  private readonly seen = new Map<string, Seen>()

  constructor(sql: SqlStorage, now: number) {
    this.sql = sql
    sql.exec(`CREATE TABLE IF NOT EXISTS producers (
      socket TEXT PRIMARY KEY, session TEXT NOT NULL, user_id TEXT NOT NULL, since INTEGER NOT NULL, synthetic INTEGER NOT NULL, device TEXT) WITHOUT ROWID`)
    sql.exec(`CREATE TABLE IF NOT EXISTS seen (user_id TEXT PRIMARY KEY, about TEXT NOT NULL) WITHOUT ROWID`)
    for (const row of sql.exec<ProducerRow>(`SELECT * FROM producers`).toArray())
      this.producers.set(row.socket, {
        ...row,
        synthetic: row.synthetic === 1,
        device: row.device === null ? null : (JSON.parse(row.device) as Producer['device']),
        until: now + STREAM.leaseMs,
      })
    for (const { user_id, about } of sql.exec<{ user_id: string; about: string }>(`SELECT * FROM seen`).toArray())
      this.seen.set(user_id, { ...(JSON.parse(about) as Omit<Seen, 'written'>), written: true })
  }

  enter({ socket, session, claims }: ProducerEntry, now: number): void {
    const { user_id, synthetic = false } = claims
    this.producers.set(socket, {
      socket,
      session,
      user_id,
      since: now,
      synthetic,
      device: null,
      until: now + STREAM.leaseMs,
    })
    this.sql.exec(
      `INSERT INTO producers VALUES (?, ?, ?, ?, ?, NULL) ON CONFLICT DO NOTHING`,
      socket,
      session,
      user_id,
      now,
      synthetic ? 1 : 0,
    )
  }
  leave(socket: string): void {
    const gone = this.producers.get(socket)
    if (!gone) return
    this.producers.delete(socket)
    this.sql.exec(`DELETE FROM producers WHERE socket = ?`, socket)
    const seen = this.seen.get(gone.user_id)
    if (!seen) return
    seen.device = gone.device && { ...gone.device, connected: false }
    this.write(gone.user_id, seen)
  }
  alive(sockets: string[], now: number): void {
    for (const socket of sockets) {
      const producer = this.producers.get(socket)
      if (producer) producer.until = now + STREAM.leaseMs
    }
  }
  /** Those whose sessions are silent. */
  expire(now: number): void {
    for (const { socket, until } of this.producers.values()) if (until < now) this.leave(socket)
  }
  link(socket: string, status: LinkStatus, now: number): void {
    const producer = this.producers.get(socket)
    if (!producer) return
    const said = JSON.stringify({ ...producer.device, at: 0 }) === JSON.stringify({ ...status, at: 0 })
    producer.device = { ...status, at: now }
    // Who says the same again and again is not written down each time.
    if (said) return
    this.sql.exec(`UPDATE producers SET device = ? WHERE socket = ?`, JSON.stringify(producer.device), socket)
  }

  sample(user_id: string, at: number, synthetic: boolean): void {
    const seen = this.seen.get(user_id)
    if (!seen) this.seen.set(user_id, { lastSampleAt: at, written: false, device: null, synthetic })
    else {
      seen.lastSampleAt = at
      seen.written = false
    }
  }
  /** Writes down the last samples that are not yet. */
  writeSeen(): void {
    for (const [user_id, seen] of this.seen) if (!seen.written) this.write(user_id, seen)
  }
  private write(user_id: string, seen: Seen): void {
    seen.written = true
    const { lastSampleAt, device, synthetic } = seen
    this.sql.exec(
      `INSERT INTO seen VALUES (?, ?) ON CONFLICT DO UPDATE SET about = excluded.about`,
      user_id,
      JSON.stringify({ lastSampleAt, device, synthetic }),
    )
  }

  socketsOf(user_id: string): { socket: string; session: string }[] {
    return [...this.producers.values()].filter((producer) => producer.user_id === user_id)
  }
  /** The objects that hold them all. */
  get sessions(): Set<string> {
    return new Set([...this.producers.values()].map(({ session }) => session))
  }
  /** Who was silent for longer than frames are kept. */
  forgetSilent(before: number): void {
    for (const [user_id, { lastSampleAt }] of this.seen)
      if (lastSampleAt < before && this.socketsOf(user_id).length === 0) this.forget(user_id)
  }
  forget(user_id: string): void {
    for (const { socket } of this.socketsOf(user_id)) {
      this.producers.delete(socket)
      this.sql.exec(`DELETE FROM producers WHERE socket = ?`, socket)
    }
    this.seen.delete(user_id)
    this.sql.exec(`DELETE FROM seen WHERE user_id = ?`, user_id)
  }

  get liveProducers(): number {
    return this.producers.size
  }
  /** Who is live first, then by their last sample. `made`: since when a test user's stream is made here, without a producer. */
  list(made: (user_id: string) => number | undefined): Presence[] {
    const ofUsers = Map.groupBy(this.producers.values(), ({ user_id }) => user_id)
    return [...new Set([...ofUsers.keys(), ...this.seen.keys()])]
      .map((user_id): Presence => {
        const producers = ofUsers.get(user_id) ?? []
        const seen = this.seen.get(user_id)
        const begins = [...producers.map(({ since }) => since), made(user_id) ?? Number.POSITIVE_INFINITY]
        const since = Math.min(...begins)
        const devices = producers.flatMap(({ device }) => device ?? []).toSorted((a, b) => b.at - a.at)
        return {
          user_id,
          live: Number.isFinite(since),
          producers: producers.length,
          since: Number.isFinite(since) ? since : undefined,
          last_sample_at: seen?.lastSampleAt,
          device: devices[0] ?? seen?.device ?? null,
          synthetic: producers.some(({ synthetic }) => synthetic) || (seen?.synthetic ?? false),
        }
      })
      .toSorted((a, b) => Number(b.live) - Number(a.live) || (b.last_sample_at ?? 0) - (a.last_sample_at ?? 0))
  }
}
