import { DAY_MS, MINUTE_MS, SECOND_MS } from './time.ts'

/** Batches of suppliers. */
export const SUPPLY = {
  /** A credential or a contract that was found is believed this long, so that pushes do not each ask the directory. */
  believedMs: 5 * SECOND_MS,
  /** A batch of whose bytes nothing was heard for so long was given up by its sender, or its door died. */
  receivingMs: 2 * MINUTE_MS,
  /** So often a door says that they are coming still. */
  keptEachMs: 20 * SECOND_MS,
  /** Whoever works at a piece, or at a chunk of a redrive, for so long is taken for dead. */
  pieceLeaseMs: MINUTE_MS,
  /** What waits is called again this often. */
  watchMs: 10 * SECOND_MS,
  /** Batches whose reports are over that one look takes away. */
  forgottenAtOnce: 50,
  /** One that would be, but for records of it that are being read again, is looked at again after this. */
  keptStillMs: 10 * MINUTE_MS,
  /** One message works so long at a desk, and at so many pieces, before others get their turn. */
  turnMs: 20 * SECOND_MS,
  turnPieces: 20,
  /** One that has not begun by then is taken for lost, and said again. */
  calledMs: 2 * MINUTE_MS,
  /** What fails for a reason of ours is tried again after these, and then ever after the last. */
  troubleWaitsMs: [10 * SECOND_MS, 30 * SECOND_MS, MINUTE_MS, 2 * MINUTE_MS, 5 * MINUTE_MS],
  /** Both sides hear of it when it has gone on for so long. */
  troubleToldMs: 2 * MINUTE_MS,
  /** Then it is given up, so that what waits behind it goes on. */
  troubleMs: DAY_MS,
} as const
/** What suppliers push. */
export const INTAKE = {
  /** A batch's body as it is sent. What is larger is an upload in parts. */
  bodyBytes: 100 * 1024 ** 2,
  /** What it unpacks to, and how many times its own size: JSON packs to a tenth or a thirtieth; a bomb, to a thousandth. */
  unpackedBytes: 1024 ** 3,
  ratio: 250,
  /** Below this much unpacked nobody asks for the ratio. */
  ratioFromBytes: 16 * 1024 ** 2,
  /** Of one record: an hour of samples is some 100 KB. It is also what a piece holds. */
  recordBytes: 1024 ** 2,
  batchRecords: 20_000_000,
  /** A piece is what is worked at in one turn, and lost with it. */
  pieceBytes: 1024 ** 2,
  pieceRecords: 2_000,
  /** What one record may become in our schema, and what goes to a cell in one call, of which the platform takes 32 MB. */
  mappedBytes: 8 * 1024 ** 2,
  /** Pieces on their way to object storage at the same time; each is in memory. */
  piecesUnderWay: 3,
  /** What a dry run unpacks to: it is in memory, and its sender waits. */
  dryRunBytes: 5 * 1024 ** 2,
  /** Problems that the answer of a dry run tells; the others are counted. */
  dryRunLines: 1_000,
  /** Records that are taken while their sender waits. */
  recordsAtOnce: 100,
} as const
/** Files of suppliers that come in parts. */
export const UPLOAD = {
  bytes: 5 * 1024 ** 3,
  /** Of every part but the last: one is in memory, and sent again where it is lost. */
  partBytes: 8 * 1024 ** 2,
  unpackedBytes: 10 * 1024 ** 3,
  ratio: INTAKE.ratio,
  ratioFromBytes: INTAKE.ratioFromBytes,
  /** One that is not complete by then was given up. */
  openMs: 7 * DAY_MS,
  /** Of one supplier at a time. */
  openAtOnce: 20,
  /** Whoever reads one and is not heard of for so long is taken for dead. */
  leaseMs: MINUTE_MS,
} as const
/** Objects of a supplier's that we fetch. */
export const PULL = {
  /** Of one supplier and environment. */
  most: 20,
  /** How often a prefix is looked at, in minutes. */
  leastMinutes: 1,
  mostMinutes: 1_440,
  /** An object that was written longer ago than this at a look that saw all of them was seen by it: it is remembered no longer. */
  rememberedMs: 30 * DAY_MS,
  /** Keys in one answer of the store, which gives no more; and answers, in which a list has to end. */
  pageKeys: 1_000,
  pages: 10_000,
  /** Objects that wait; the others are found when there is room. */
  waiting: 10_000,
  /** A page of a list, and the beginning of an object, come within this, and so does each next part of an object. */
  answerMs: 30 * SECOND_MS,
  /** Whoever lists or reads and is not heard of for so long is taken for dead. */
  leaseMs: MINUTE_MS,
  /** Refused by its store so often, an object is given up. */
  tries: 5,
  /** Waits between tries, of a store and of an object. */
  waitsMs: [30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS, 60 * MINUTE_MS],
  /** A store that says when it is to be asked again is not asked later than this. */
  longestWaitMs: DAY_MS,
  /** Failed so often in a row, its supplier is told. */
  toldAfter: 3,
} as const
