import { STREAM } from '../../base/limits.ts'

/** What the core holds, sends and waits for. Each may be set; these fit a phone with a strap and a bad network. */
export interface ProducerLimits {
  /** Kept while there is no way to the server; beyond it the oldest go. 50,000 frames: about 7 h of a strap. */
  bufferFrames: number
  bufferBytes: number
  /** A sample waits at most so long for others; one that comes alone goes at once. */
  batchMs: number
  /** At most what the server takes. */
  batchFrames: number
  batchBytes: number
  /** Batches under way without an acknowledgement. */
  unackedBatches: number
  /** A text shorter than this is not worth the work of compressing it. */
  compressBytes: number
  /** How long `token()` may take, the socket until HELLO and READY, and an acknowledgement. */
  tokenMs: number
  openMs: number
  ackMs: number
  /** A reconnect waits a random part of base × 2^attempts, at most `backoffMostMs`; the attempts are forgotten once stable. */
  backoffMs: number
  backoffMostMs: number
  stableMs: number
  /** Changes are written to `keep` together, so often. */
  keepMs: number
}

export const LIMITS: ProducerLimits = {
  bufferFrames: 50_000,
  bufferBytes: 8 * 1024 ** 2,
  batchMs: 50,
  batchFrames: 500,
  batchBytes: 192 * 1024,
  unackedBatches: 8,
  compressBytes: 1024,
  tokenMs: 20_000,
  openMs: 15_000,
  ackMs: 30_000,
  backoffMs: 1_000,
  backoffMostMs: 60_000,
  stableMs: 30_000,
  keepMs: 1_000,
}

/** The server takes no larger batches; with some room for what is around the frames. */
export const limitsWith = (own: Partial<ProducerLimits> = {}): ProducerLimits => {
  const { batchFrames, batchBytes, ...rest } = { ...LIMITS, ...own }
  return {
    ...rest,
    batchFrames: Math.min(batchFrames, STREAM.batchFrames),
    batchBytes: Math.min(batchBytes, STREAM.batchBytes - AROUND_BYTES),
  }
}
const AROUND_BYTES = 16 * 1024

/** The server's levels less those of the batch around a sample. */
export const SAMPLE_DEPTH = STREAM.depth - 4
