/**
 * The next number: of the clock in microseconds, and always above the last. So it stays below 2^53 until the year 2255, grows over
 * restarts also where nothing is stored any more, and tells roughly when a frame came.
 */
export const nextSeq = (last: number, now: number): number => Math.max(last + 1, now * 1_000)
