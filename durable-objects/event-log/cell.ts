import { crashPoint } from '../../shared/base/crash-point.ts'
import { WATCHDOG_MS } from '../../shared/base/limits.ts'
import { type Settings, settings } from '../../shared/base/settings.ts'
import { type CellAddress, parseCellName } from '../../shared/delivery/cell.ts'
import type { Env } from '../env.ts'
import { Tables } from '../tables.ts'
import { timeoutOf } from '../timeout.ts'
import type { RecordKey } from './backfill.ts'
import { ColdIndex } from './cold-index.ts'
import { ColdObjects } from './cold-objects.ts'
import { type ColdRound, loadRound } from './cold-round.ts'
import { type CellConnection, Connections } from './connections.ts'
import { type Destination, Destinations } from './destinations.ts'
import { ChangeFeed } from './feed.ts'
import { FileRows } from './file-rows.ts'
import { type Batch, GroupCommit } from './group-commit.ts'
import { Inbox } from './inbox.ts'
import { Jobs } from './jobs.ts'
import { Keys } from './keys.ts'
import { RawArchive } from './raw-archive.ts'
import { RecordTexts } from './record-texts.ts'
import { type RecordRow, Records } from './records.ts'
import { RequestedDays } from './requested-days.ts'
import { Reruns } from './reruns.ts'
import { RestartFence } from './restart-fence.ts'
import { CELL_STEPS } from './steps.ts'
import { Tries } from './tries.ts'

/** An alarm this far past counts as none. */
const ALARM_PAST_MS = 5_000

/** Everything one cell holds, opened from disk; the verbs of EventLog are functions over it. */
export class Cell {
  readonly env: Env
  readonly settings: Settings
  readonly name: string
  readonly address: CellAddress
  readonly tables: Tables
  readonly connections: Connections
  readonly destinations: Destinations
  readonly jobs: Jobs
  readonly tries: Tries
  readonly reruns: Reruns
  readonly raw: RawArchive
  readonly records: Records
  readonly cold: ColdIndex
  readonly coldObjects: ColdObjects
  readonly requestedDays: RequestedDays
  readonly texts: RecordTexts
  readonly feed: ChangeFeed
  readonly files: FileRows
  readonly inbox: Inbox
  readonly keys: Keys
  readonly commit: GroupCommit
  readonly fence: RestartFence
  alarmsSet = 0
  /** Payloads that could not be opened because their key was destroyed. */
  droppedPayloads = 0
  /** A message on the payloads queue is due; past it, it counts as lost. By lane: live, bulk. */
  payloadNudgeUntil = { live: 0, bulk: 0 }
  archiving = false
  /** The connection whose content is on its way into object storage: it is not erased meanwhile. */
  chilling: number | undefined
  coldRound: ColdRound
  /** A turn of it is under way, and when the last one was; and until when object storage is left alone. */
  coldTurn = false
  coldTurnAt = 0
  coldRetryAt = 0
  /** The connection that events about destinations stand under, once there is one. */
  operations: Promise<CellConnection> | undefined
  /** Records of backfills that were read ahead, by job and connection; `whole`: to the end. */
  readonly ahead = new Map<string, { keys: RecordKey[]; whole: boolean }>()
  /** When parked events were last looked through for old ones. */
  parkedTidiedAt = 0
  private alarmAt: number | undefined
  private readonly ctx: DurableObjectState

  constructor(ctx: DurableObjectState, env: Env, alarmAt: number | null) {
    this.ctx = ctx
    this.env = env
    this.settings = settings(env)
    this.tables = new Tables(ctx.storage, CELL_STEPS)
    this.name = ctx.id.name ?? this.tables.meta('cell') ?? ''
    this.address = parseCellName(this.name)
    this.connections = new Connections(this.tables)
    this.destinations = new Destinations(this.tables)
    this.jobs = new Jobs(this.tables)
    this.jobs.load(this.destinations.all())
    this.tries = new Tries(this.tables)
    this.reruns = new Reruns(this.tables)
    this.raw = new RawArchive(this)
    this.records = new Records(this.tables)
    this.cold = new ColdIndex(this.tables)
    this.coldObjects = new ColdObjects(env.RAW)
    this.coldRound = loadRound(this)
    this.requestedDays = new RequestedDays(this.tables)
    this.feed = new ChangeFeed(this.tables, (entry) => this.seqOf(entry.connection, entry.type, entry.summary_id))
    this.files = new FileRows(this.tables)
    const floor = Math.max(Number(this.tables.meta('floor') ?? 0), this.destinations.highestCursor())
    this.inbox = new Inbox(this.tables, this.feed.load(floor))
    this.keys = new Keys(env.KEYS, this.settings.ROOT_KEY, this.name, this.address.developer_id, this.connections)
    this.texts = new RecordTexts(this)
    this.commit = new GroupCommit(
      (members) => this.together(members),
      (members) => (members > 1 ? crashPoint('group-commit', env, `${members} callers`) : Promise.resolve()),
    )
    const now = this.now()
    this.alarmAt = alarmAt ?? undefined
    // The armed alarm is the dirty flag: only an object that had something under way when it stopped waits.
    const dirty = alarmAt !== null && alarmAt <= now + this.watchdogMs
    this.fence = new RestartFence(
      this.tables,
      dirty ? Math.min(now, alarmAt + ALARM_PAST_MS) + this.leaseMs : undefined,
    )
  }

  /** A record, hot or cold. */
  record(connection: number, type: number, summaryId: string): RecordRow | undefined {
    return this.records.get(connection, type, summaryId) ?? this.cold.get(connection, type, summaryId)
  }
  seqOf(connection: number, type: number, summaryId: string): number | undefined {
    return this.records.seqOf(connection, type, summaryId) ?? this.cold.get(connection, type, summaryId)?.seq
  }

  now(): number {
    return Date.now()
  }
  get timeoutMs(): number {
    let longest = this.settings.DELIVERY_TIMEOUT_MS
    for (const destination of this.destinations.all()) longest = Math.max(longest, this.timeoutOf(destination))
    return longest
  }
  timeoutOf({ config }: Destination): number {
    return timeoutOf(config, this.settings)
  }
  /** Long enough to start requests for one time-out and to wait for the last of them. */
  get leaseMs(): number {
    return 2 * this.timeoutMs + 1_000
  }
  get watchdogMs(): number {
    return Math.min(WATCHDOG_MS, this.leaseMs)
  }

  /** One transaction for all callers of the moment: their work, one inbox row, one feed row. */
  private together(members: (batch: Batch) => void): void {
    const batch: Batch = { accepted: [], ids: new Map(), appended: [], done: [], after: [] }
    this.tables.transaction(() => {
      members(batch)
      if (batch.accepted.length > 0) batch.after.push(this.inbox.write(batch.accepted, this.now()))
      if (batch.appended.length > 0) batch.after.push(this.feed.write(batch.appended, batch.done))
    })
  }

  /** Makes sure that the alarm fires at `at` or sooner. */
  arm(at: number): void {
    if (this.alarmAt !== undefined && this.alarmAt <= at && this.alarmAt > this.now() - ALARM_PAST_MS) return
    this.alarmAt = at
    this.alarmsSet++
    void this.ctx.storage.setAlarm(at)
  }
  alarmFired(): void {
    this.alarmAt = undefined
  }
  /** Memory and disk may differ: start again from disk. */
  abort(error: unknown): never {
    this.ctx.abort(`event log: ${error instanceof Error ? error.message : 'unknown'}`)
    throw error
  }
  waitUntil(work: Promise<unknown>): void {
    this.ctx.waitUntil(work)
  }
}
