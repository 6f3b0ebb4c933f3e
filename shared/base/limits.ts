import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './time.ts'

/** Every limit of the product, with its unit and reason. */

/** A provider may repeat a webhook for a day; longer than that it is news again. */
export const PAYLOAD_DEDUPE_MS = 26 * HOUR_MS
/** A source's webhook body. Garmin activity details of a long ride reach several MB; above this it is a mistake. */
export const MAX_INGEST_BYTES = 10 * 1024 * 1024
/** A caller's JSON body on the API. */
export const MAX_API_BODY_BYTES = 1024 * 1024
/** One row of a Durable Object holds 2 MB; larger payloads are cut into chunks below it. */
export const MAX_ROW_BYTES = 1_900_000
/** Bodies above this are claim checks in object storage. */
export const INLINE_BODY_BYTES = 96 * 1024
/** Connections of one cell. */
export const CELL_CONNECTIONS = 10_000
/** A cell stops taking new connections at this size, and large bodies leave it; above the second its hot window shrinks. */
export const CELL_BYTES = 4 * 1024 ** 3
export const CELL_FULL_BYTES = 6 * 1024 ** 3
/** The inbox of a cell; then accept answers 503 (bulk at half of it). */
export const INBOX_BYTES = 1024 ** 3
/** A raw segment is cut at this many bytes, or at this age. */
export const SEGMENT_BYTES = 4 * 1024 * 1024
export const SEGMENT_AGE_MS = DAY_MS
/** A nudge that brought no lease in this time counts as lost. */
export const NUDGE_LIFETIME_MS = 10 * SECOND_MS
/** The watchdog looks after something pending this often. */
export const WATCHDOG_MS = 10 * SECOND_MS
/** A gate's permit lasts this long. */
export const PERMIT_MS = 5 * SECOND_MS
/** Drains at one destination at the same time. */
export const DRAINS_PER_DESTINATION = 16
/** A request unanswered for this long makes its connection held, so that the window goes on. */
export const SLOW_ANSWER_MS = 2 * SECOND_MS
/** A worker settles at least this often: what a crash in between makes arrive twice is no more than this. */
export const SETTLE_EVERY_MS = 50
/** Requests that may wait for headers in one invocation. */
export const CONNECTION_SLOTS = 6
/** An express drain stops leasing after this long; the queue takes over. */
export const EXPRESS_DRAIN_MS = 15 * SECOND_MS
/** Express runs under way in one isolate; above it the queue does the work. */
export const EXPRESS_RUNS = 256
/** Events of one lease window, and their bytes (an RPC carries at most 32 MB). */
export const WINDOW_EVENTS = 500
export const WINDOW_BYTES = 8 * 1024 * 1024
/** The contract's bound of one chunk of a large request. */
export const CHUNK_OBJECTS = 10
export const CHUNK_BYTES = 10 * 1024 * 1024
/** How much of a receiver's answer is kept. */
export const RESPONSE_BODY_BYTES = 16 * 1024
/** Attempts kept per cell and destination beside those of held and parked events. */
export const ATTEMPTS_KEPT = 100
/** Of a held or a parked event: the schedule's attempts, and some replays; and how much of each answer. */
export const EVENT_ATTEMPTS = 25
export const EVENT_RESPONSE_BYTES = 4 * 1024
/** Parked events are kept this long; what became of them is shown for as long again. */
export const PARKED_MS = 30 * DAY_MS
/** Bodies that are fetched by a link are kept this long, as parked events are: a link to one can be made anew so long. They go by weeks. */
export const PAYLOADS_KEPT_MS = 30 * DAY_MS
/** A link to a payload that was made anew: as long as one who asked for it needs to fetch it, or to hand it on. */
export const PAYLOAD_LINK_S = 10 * 60
export const LONGEST_PAYLOAD_LINK_S = 86_400
/** Parked events that one call looks through for those that a filter wants. */
export const PARKED_LOOKED_AT = 5_000
/** Events a second of a replay or a backfill, where the request says nothing, and at most. */
export const AGAIN_PER_SECOND = 100
export const AGAIN_PER_SECOND_MOST = 1_000
/** Events of replays and backfills that wait in lanes of one cell and destination, and how many lanes may move at once. */
export const AGAIN_WAITING = 1_000
export const AGAIN_LANES = 32
/** Of one connection: more than one lease takes, so that its lane does not run dry. */
export const AGAIN_LANE_WAITING = 100
/** A job goes on this often: a second's worth at once would keep what is live waiting. */
export const JOB_TICK_MS = 200
/** Jobs shown of one destination. */
export const JOBS_KEPT = 100
/** What was delivered on a day is told this long. */
export const MANIFEST_DAYS = 60
/** Deliveries that wait in a cursor's row before they are counted in their day's. */
export const MANIFEST_FOLD_EVENTS = 256
/** Undelivered events that a manifest counts one by one. */
export const MANIFEST_PENDING_EVENTS = 1_000
/** The hot window, in days: older records may move to cold history. */
export const HOT_WINDOW_DAYS = 30
/** One object of cold history: it is read and written whole, and several are in memory. */
export const COLD_PIECE_BYTES = 4 * 1024 * 1024
export const COLD_PIECE_RECORDS = 2_000
/** A payload whose owner is unknown waits this long for its connection. */
export const ORPHAN_MS = 24 * HOUR_MS
/** A sign-in link. */
export const FLOW_MS = 15 * MINUTE_MS
/** A sign-in that is over is remembered this long, so that a second use is told from a stranger. */
export const FLOW_KEPT_MS = DAY_MS
/** The hosted page of a session. */
export const WIDGET_SESSION_MS = 15 * MINUTE_MS
/** A token that lets an app in. */
export const APP_TOKEN_MS = 3 * MINUTE_MS
/** The same write to a provider within this time is the same write. */
export const WRITE_KEPT_MS = DAY_MS
/** A connection in trouble is told of once in this time. */
export const CONNECTION_ERROR_EVERY_MS = DAY_MS
/** One request may ask for this many days. */
export const REQUEST_DAYS = 1825
/** A merged view reads this many connections and days, and this many bytes of records with their samples: they are in memory at once. */
export const MERGED_CONNECTIONS = 20
export const MERGED_DAYS = 31
export const MERGED_BYTES = 16 * 1024 * 1024
/** All requests for one user in an hour may ask for this many days. */
export const USER_HOUR_DAYS = 6000
/** A breaker that stays open this long disables its destination. */
export const BREAKER_DISABLE_MS = 5 * DAY_MS
/** Cells may be this long away from asking the gate again while it is shut. */
export const SHUT_CELL_ALARM_MS = 10 * MINUTE_MS
/** Keys of one developer that are good at the same time. */
export const KEYS_PER_DEVELOPER = 100
/** A key's last use is written at most this often by an isolate. */
export const KEY_USE_EVERY_MS = MINUTE_MS
/** Suppliers of one developer that are not closed. */
export const SUPPLIERS_PER_DEVELOPER = 200
/** Credentials of one supplier and environment that are good at the same time, and those that are listed. */
export const CREDENTIALS_PER_SUPPLIER = 20
/** Versions of all contracts of one supplier; a document is read, compared and kept in memory. */
export const CONTRACTS_PER_SUPPLIER = 500
export const CONTRACT_BYTES = 256 * 1024
/** Documents of one page of contracts. */
export const CONTRACT_PAGE_BYTES = 1024 ** 2
/** Who still sends under an older version has this long at least to change over; and it ends some day. */
export const SUNSET_LEAST_MS = DAY_MS
export const SUNSET_MOST_MS = 730 * DAY_MS
export const CREDENTIALS_LISTED = 100
/** An invitation goes through somebody's inbox, and perhaps a holiday. */
export const INVITATION_MS = 7 * DAY_MS
/** The answer to a request with an Idempotency-Key is given again for this long. */
export const IDEMPOTENT_MS = DAY_MS
/** A request that claimed its key and did not end in this time is taken for dead. */
export const CLAIM_MS = MINUTE_MS
/** A body whose request can be recognized again; and an answer that can be kept: sealed it must fit a row of 2 MB. */
export const IDEMPOTENT_BODY_BYTES = 10 * 1024 * 1024
export const IDEMPOTENT_ANSWER_BYTES = 1024 * 1024
/** Days of one backfill of a user: ten years, more than any provider keeps of most data. */
export const BACKFILL_DAYS = 3_660
/** A file that is uploaded: ten years of an Apple Health export are about half of it. */
export const MAX_FILE_BYTES = 1024 ** 3
/** A file of a format that is decoded whole: a day with all sensors is 3 MB. Decoded it is about 15 times as large, of the 128 MB there are. */
export const MAX_SMALL_FILE_BYTES = 8 * 1024 ** 2
/** How the structure of payloads is watched. */
export const DRIFT = {
  /** Payloads of an endpoint that an isolate looks at when it is new; of the later ones `DRIFT_SAMPLED_EACH` says how many. */
  sampledFirst: 20,
  /** Of larger ones the looking would be felt. */
  sampledBytes: 512 * 1024,
  /** Elements of a list that are looked at. */
  elements: 40,
  /** Payloads of an endpoint that are taken for what is usual. */
  learnedPayloads: 40,
  /** A path must have been there this often before a word in it is called new. */
  learnedWords: 10,
  /** A path that was in this share of payloads, and in none of so many in a row, has vanished. */
  vanishedShare: 0.95,
  vanishedAfter: 20,
  /** Paths of one payload or endpoint, endpoints and records of one provider: what is more is not watched. */
  paths: 2_000,
  endpoints: 100,
  records: 300,
  /** Developers are told of all that was found since, this often at most, and of so many in one event. */
  toldEveryMs: HOUR_MS,
  toldRecords: 20,
} as const
/** Minutes of a provider's health that are kept. */
export const HEALTH_MS = DAY_MS
/** What an isolate saw is sent together, this often. */
export const HEALTH_EVERY_MS = 5 * SECOND_MS
/** A file up to this size is read while its sender waits; a larger one is stored first, and read by a job. */
export const FILE_AT_ONCE_BYTES = 2 * 1024 ** 2
/** A stored file is sealed piece by piece: so much of it is held at a time. */
export const FILE_CHUNK_BYTES = 4 * 1024 ** 2
/** A file that is not whole by then was given up by its sender. */
export const FILE_RECEIVING_MS = HOUR_MS
/** A job that has not committed a page for this long is taken for dead, and begun again after its last page. */
export const FILE_LEASE_MS = 2 * MINUTE_MS
/** Where it came to nothing twice it rests before it is begun again, and each time four times as long: storage may be in trouble. */
export const FILE_REST_MS = 2 * MINUTE_MS
/** Begun so often without a page in between, it is given up. */
export const FILE_TRIES = 5
/** Pages of a file that wait for normalization before the job helps with it. */
export const FILE_PAGES_WAITING = 20
/** What became of files is told of so many, per connection. */
export const FILES_KEPT = 100
/** Data may begin this much after they came: a day is ahead by up to 14 hours somewhere on earth, and clocks are off by some. */
export const FUTURE_MS = 48 * HOUR_MS
/** Live streams. */
export const STREAM = {
  /** A token is used at once: it is asked for just before the socket is opened. */
  tokenMs: 3 * MINUTE_MS,
  /** A supplier’s producer then asks again whether it may: it has lost its right by then at the latest, whatever it was. */
  suppliedMs: 15 * MINUTE_MS,
  /** A pairing lasts a working day. */
  pairingMs: 8 * HOUR_MS,
  /** A frame, and a batch of them: more would hold up others on the way. */
  frameBytes: 64 * 1024,
  batchBytes: 256 * 1024,
  batchFrames: 1_000,
  unpackedBytes: 1024 ** 2,
  /** Test users of a developer whose streams are made at the same time. */
  syntheticStreams: 20,
  /** Lists and objects in each other; no sample needs more. */
  depth: 32,
  typeLength: 64,
  statusText: 200,
  /** A socket carries its query with it until it is identified. */
  filterUsers: 200,
  filterTypes: 50,
  queryLength: 12_000,
  /** Sockets of one session object; the platform takes 32,768. */
  socketsPerSession: 20_000,
  /** One call from a session to a hub, and what may wait for it. */
  callBytes: 1024 ** 2,
  heldBytes: 16 * 1024 ** 2,
  /** Frames in a hub's memory, of one row of its store, and of one push. */
  recentBytes: 8 * 1024 ** 2,
  rowBytes: 512 * 1024,
  pushBytes: 512 * 1024,
  /** Sent to a consumer since its last sign of life: more might pile up for one that does not read. */
  unheardBytes: 32 * 1024 ** 2,
  /** A consumer that has no room for so long is not reading. */
  fullMs: MINUTE_MS,
  /** Ranges that a consumer asked for and that have not all come. */
  replays: 16,
  /** A socket whose session has not spoken of it for so long is gone: its runtime died. */
  leaseMs: 3 * MINUTE_MS,
  /** How often last samples are written down, and how often a store is looked through for what is too old. */
  lastSampleMs: 30 * SECOND_MS,
  pruneMs: MINUTE_MS,
  pruneRows: 1_000,
  /** Of a producer whose numbers are not needed any more. */
  numbersMs: 7 * DAY_MS,
} as const
