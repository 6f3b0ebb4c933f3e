import { inflateRawSync } from 'node:zlib'
import type { Clock } from '../../shared/sdk/producer/clock.ts'

export interface Peer {
  send(text: string): void
  close(code: number, reason: string): void
}
interface Frame {
  op?: unknown
  d?: Record<string, unknown>
}
export interface Stored {
  /** The token of whoever sent it. */
  by: string
  t: string
  d: Record<string, unknown>
}
class Refusal extends Error {
  readonly code: number
  constructor(code: number, reason: string) {
    super(reason)
    this.code = code
  }
}

interface Settings {
  heartbeatMs?: number
  identifyMs?: number
  /** How long it takes until frames are stored. */
  storeMs?: number
}

/** The streaming server as a producer meets it: refuses what the real one refuses, and keeps what it stored. */
export class StreamServer {
  record: Stored[] = []
  statuses: unknown[] = []
  /** Messages as they came, and how long they were. */
  received: { op: unknown; bytes: number }[] = []
  /** IDENTIFY after IDENTIFY. */
  producers: string[] = []
  /** It goes on storing and says nothing about it. */
  isMute = false
  private readonly singleUse = new Set<string>()
  private readonly reusable = new Set<string>()
  private readonly stored = new Map<string, number>()
  private readonly pending = new Map<string, number>()
  private readonly clock: Clock
  private readonly settings: Required<Settings>
  private peers = new Set<Peer>()
  private minted = 0

  constructor(clock: Clock, settings: Settings = {}) {
    this.clock = clock
    this.settings = { heartbeatMs: 40_000, identifyMs: 15_000, storeMs: 3, ...settings }
  }

  token(): string {
    const token = `st.${++this.minted}`
    this.singleUse.add(token)
    return token
  }
  pairing(): string {
    const token = `rt.${++this.minted}`
    this.reusable.add(token)
    return token
  }
  expire(token: string): void {
    this.singleUse.delete(token)
    this.reusable.delete(token)
  }
  /** What became of producers is forgotten, as after their time. */
  forget(): void {
    this.stored.clear()
  }
  closeAll(code: number, reason: string): void {
    for (const peer of [...this.peers]) {
      this.peers.delete(peer)
      peer.close(code, reason)
    }
  }

  accept(peer: Peer): { received(text: string): void; ended(): void } {
    const { heartbeatMs, identifyMs } = this.settings
    let producer: string | undefined
    let isIdentified = false
    let identity = ''
    this.peers.add(peer)
    const isOpen = () => this.peers.has(peer)
    const send = (frame: object) => isOpen() && !this.isMute && peer.send(JSON.stringify(frame))
    const close = (code: number, reason: string) => {
      if (!this.peers.delete(peer)) return
      stopAll()
      peer.close(code, reason)
    }
    const noIdentify = this.clock.after(identifyMs, () => close(4000, 'no IDENTIFY in time'))
    let noBeat = this.clock.after(1.5 * heartbeatMs, () => close(4005, 'no heartbeat in time'))
    const stopAll = () => {
      noIdentify()
      noBeat()
    }
    send({ op: 2, d: { heartbeat_interval: heartbeatMs } })

    const identify = (d: Record<string, unknown> = {}) => {
      if (isIdentified) throw new Refusal(4003, 'already identified')
      if (d.type !== 0) throw new Refusal(1003, 'd.type')
      const token = String(d.token)
      if (!this.singleUse.delete(token) && !this.reusable.has(token))
        throw new Refusal(4001, 'the token is used or over')
      if (d.producer !== undefined && !/^[\w-]{1,64}$/.test(String(d.producer))) throw new Refusal(1003, 'd.producer')
      isIdentified = true
      identity = token
      noIdentify()
      producer = d.producer as string | undefined
      if (producer === undefined) send({ op: 4 })
      else {
        const id = producer
        this.producers.push(id)
        this.whenStored(id, () => send({ op: 4, d: { n: this.stored.get(id) ?? 0 } }))
      }
    }
    const submit = (frame: Frame) => {
      if (!isIdentified || producer === undefined) throw new Refusal(4004, 'SUBMIT_BATCH needs a producer')
      const id = producer
      const by = identity
      const { n, frames } = readBatch(frame)
      this.pending.set(id, (this.pending.get(id) ?? 0) + 1)
      this.clock.after(this.settings.storeMs, () => {
        this.pending.set(id, this.pending.get(id)! - 1)
        const last = this.stored.get(id) ?? 0
        for (const [i, one] of frames.entries()) if (n + i > last) this.record.push({ ...one, by })
        this.stored.set(id, Math.max(last, n + frames.length - 1))
        send({ op: 10, d: { n: n + frames.length - 1 } })
      })
    }
    const received = (text: string) => {
      if (!isOpen()) return
      try {
        const frame = readMessage(text)
        this.received.push({ op: frame.op, bytes: text.length })
        if (frame.op === 0) {
          noBeat()
          noBeat = this.clock.after(1.5 * heartbeatMs, () => close(4005, 'no heartbeat in time'))
          if (producer === undefined) send({ op: 1 })
          else this.whenStored(producer, () => send({ op: 1 }))
        } else if (frame.op === 3) identify(frame.d)
        else if (frame.op === 9) submit(frame)
        else if (frame.op === 8 && isIdentified) this.statuses.push(frame.d)
        else throw new Refusal(4004, `op ${frame.op} is not for this session`)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        close(error.code, error.message)
      }
    }
    return {
      received,
      ended: () => {
        this.peers.delete(peer)
        stopAll()
      },
    }
  }

  private whenStored(id: string, then: () => void): void {
    if ((this.pending.get(id) ?? 0) === 0) then()
    else this.clock.after(1, () => this.whenStored(id, then))
  }
}

function readMessage(text: string): Frame {
  if (text.length > 256 * 1024) throw new Refusal(1003, 'too large')
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    throw new Refusal(1003, 'not JSON')
  }
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) throw new Refusal(1003, 'not an object')
  if (depthOf(frame) > 32) throw new Refusal(1003, 'too deep')
  if (!Number.isInteger((frame as Frame).op)) throw new Refusal(1003, 'op')
  if ((frame as Frame).op !== 9 && text.length > 64 * 1024) throw new Refusal(1003, 'too large')
  return frame as Frame
}

function readBatch({ d = {} }: Frame): { n: number; frames: Omit<Stored, 'by'>[] } {
  if (!Number.isSafeInteger(d.n) || (d.n as number) < 1) throw new Refusal(1003, 'd.n')
  let frames: unknown = d.frames
  if (typeof d.z === 'string')
    try {
      frames = JSON.parse(inflateRawSync(Buffer.from(d.z, 'base64'), { maxOutputLength: 1024 ** 2 }).toString())
    } catch {
      throw new Refusal(1003, 'd.z')
    }
  if (!Array.isArray(frames) || frames.length === 0 || frames.length > 1_000) throw new Refusal(1003, 'd.frames')
  for (const one of frames as Partial<Stored>[]) {
    const isSample = typeof one.d === 'object' && one.d !== null && !Array.isArray(one.d)
    if (typeof one.t !== 'string' || one.t.length < 1 || one.t.length > 64 || !isSample)
      throw new Refusal(1003, 'frame')
    if (Buffer.byteLength(JSON.stringify(one)) > 64 * 1024) throw new Refusal(1003, 'a frame is too large')
  }
  return { n: d.n as number, frames: frames as Omit<Stored, 'by'>[] }
}

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
