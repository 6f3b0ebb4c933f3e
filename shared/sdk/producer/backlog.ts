import { utf8Length } from './frame.ts'
import type { Saved } from './keep.ts'

interface Waiting {
  /** 0: not numbered yet. */
  n: number
  text: string
  bytes: number
}
interface Most {
  bufferFrames: number
  bufferBytes: number
}

/**
 * What was submitted and is not acknowledged yet, oldest first. Each frame has a number that it keeps: by it the server passes over
 * what it has already. Frames that were sent are in doubt until the server says how far it came; they are never dropped, so that
 * none counts as lost that is stored. Numbers may have gaps where frames were dropped, and are never used twice.
 */
export class Backlog {
  private frames: Waiting[] = []
  private held = 0
  /** So many of the first are in doubt. */
  private sent = 0
  private unsentBytes = 0
  private last = 0
  /**
   * Numbers are given once the server has said how far it is: it may have frames of a run that was killed before it could
   * save them, and a new frame under such a number would be taken for a repetition.
   */
  private numbered = false
  private skip = 0
  private readonly most: Most

  constructor(most: Most) {
    this.most = most
  }

  get size(): number {
    return this.frames.length
  }
  get bytes(): number {
    return this.held
  }
  get inDoubt(): number {
    return this.sent
  }
  get unsent(): { frames: number; bytes: number } {
    return { frames: this.frames.length - this.sent, bytes: this.unsentBytes }
  }

  /** → how many had to go for it. */
  add(text: string): number {
    const frame = { n: this.numbered ? ++this.last : 0, text, bytes: utf8Length(text) }
    this.frames.push(frame)
    this.held += frame.bytes
    this.unsentBytes += frame.bytes
    return this.trim()
  }

  /** The next ones to send, of successive numbers; from now on they are in doubt. */
  take(frames: number, bytes: number): { n: number; last: number; texts: string[] } | undefined {
    const first = this.frames[this.sent]
    if (!first) return undefined
    const texts: string[] = []
    let size = 0
    for (let frame = this.frames[this.sent]; frame; frame = this.frames[this.sent]) {
      const fits = texts.length === 0 || (texts.length < frames && size + frame.bytes + 1 <= bytes)
      if (!fits || frame.n !== first.n + texts.length) break
      texts.push(frame.text)
      size += frame.bytes + 1
      this.unsentBytes -= frame.bytes
      this.sent++
    }
    return { n: first.n, last: first.n + texts.length - 1, texts }
  }

  /** The server has stored everything up to `n`. → how many that were. */
  acknowledge(n: number): number {
    const end = this.frames.findIndex((frame, i) => i >= this.sent || frame.n > n)
    return this.shift(end < 0 ? this.frames.length : end)
  }

  /**
   * On READY: the server has everything up to `n` and nothing after it, so that the rest is sent again. → how many it has, and
   * whether frames that had no number got one.
   */
  settle(n: number): { stored: number; numbered: boolean } {
    const end = this.frames.findIndex((frame) => frame.n === 0 || frame.n > n)
    const stored = this.shift(end < 0 ? this.frames.length : end)
    this.last = Math.max(this.last, n) + this.skip
    this.skip = 0
    const unnumbered = this.frames.filter((frame) => frame.n === 0)
    for (const frame of unnumbered) frame.n = ++this.last
    this.numbered = true
    this.sent = 0
    this.unsentBytes = this.held
    return { stored, numbered: unnumbered.length > 0 }
  }

  save(): Pick<Saved, 'last' | 'sent' | 'frames'> {
    return { last: this.last, sent: this.sent, frames: this.frames.map(({ n, text }) => [n, text]) }
  }
  /**
   * Before anything is sent: what an earlier run left comes first. `underWay`: as many numbers as it may have used without being
   * able to save them, and whose frames may still arrive; they are left out. → how many had to go.
   */
  restore({ last, sent, frames }: Pick<Saved, 'last' | 'sent' | 'frames'>, underWay: number): number {
    this.skip = underWay
    this.frames = [...frames.map(([n, text]) => ({ n, text, bytes: utf8Length(text) })), ...this.frames]
    this.last = last
    this.sent = sent
    this.held = total(this.frames)
    this.unsentBytes = total(this.frames.slice(sent))
    return this.trim()
  }

  private trim(): number {
    let count = 0
    let [frames, bytes] = [this.frames.length, this.held]
    while (frames > 0 && (frames > this.most.bufferFrames || bytes > this.most.bufferBytes)) {
      const oldest = this.frames[this.sent + count]
      if (!oldest) break
      bytes -= oldest.bytes
      frames--
      count++
    }
    this.frames.splice(this.sent, count)
    this.unsentBytes -= this.held - bytes
    this.held = bytes
    return count
  }
  private shift(count: number): number {
    const gone = this.frames.splice(0, count)
    this.held -= total(gone)
    this.sent = Math.max(0, this.sent - count)
    return count
  }
}

const total = (frames: Waiting[]): number => frames.reduce((sum, { bytes }) => sum + bytes, 0)
