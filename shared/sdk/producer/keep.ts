/** What is needed to go on after the app was killed. Plain JSON; of health data, so it belongs where the app's own data are. */
export interface Saved {
  version: 1
  producer: string
  /** The last number that was given. */
  last: number
  /** So many of the first frames had been sent. */
  sent: number
  /** Number (0: none yet) and text. */
  frames: [n: number, text: string][]
}

/** Where the app keeps it. One producer at a time may use a place: two would number their frames alike. */
export interface Keep {
  load(): Promise<unknown>
  save(saved: Saved): Promise<void>
}

/** undefined: nothing was saved. */
export function readSaved(value: unknown): Saved | undefined {
  if (value === undefined || value === null) return undefined
  const saved = value as Saved
  const isCount = (number: unknown) => Number.isSafeInteger(number) && (number as number) >= 0
  const isRead =
    saved.version === 1 &&
    typeof saved.producer === 'string' &&
    /^[\w-]{1,64}$/.test(saved.producer) &&
    isCount(saved.last) &&
    isCount(saved.sent) &&
    Array.isArray(saved.frames) &&
    saved.sent <= saved.frames.length &&
    saved.frames.every((frame) => Array.isArray(frame) && isCount(frame[0]) && typeof frame[1] === 'string')
  if (!isRead) throw new Error('what was loaded is not what was saved; it is left aside, and a new buffer begun')
  return saved
}
