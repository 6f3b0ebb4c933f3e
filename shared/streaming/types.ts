import type { Closing } from './close-codes.ts'
import type { Filter } from './filter.ts'
import type { LinkStatus, Sample } from './frames.ts'
import type { StreamClaims } from './tokens.ts'

/** Where a developer's stream is. */
export interface HubAddress {
  region: string
  developer_id: string
}
/** A client's socket: its own id, and the object that holds it. */
export interface SocketAddress {
  socket: string
  session: string
}

/** What one socket submitted. */
export interface Submission {
  uid: string
  synthetic: boolean
  /** Numbered: frames that are there already are passed over. `n` is the first one's. */
  numbered?: { producer: string; n: number }
  samples: Sample[]
  /** Epoch ms at the edge. */
  at: number
}

export interface ProducerEntry extends SocketAddress {
  claims: StreamClaims & { user_id: string }
  producer?: string
}
export interface ConsumerEntry extends SocketAddress {
  claims: StreamClaims
  filter: Filter
  /** Absent: from now on. */
  after?: number
}
/** The stream as events. */
export interface EventsAsked extends Pick<ConsumerEntry, 'filter' | 'after'> {
  /** By which it was asked for; absent: the operator's. */
  key_id?: string
}
/** The door's answer to who identifies themselves: what READY says and, of consumers, the frame they begin after; or why not. */
export type Entered = { kind: 'in'; ready?: object; at?: number } | { kind: 'refused'; closing: Closing }

/** Of the stream, what frames for a consumer are: all after `from`, up to `to`, that it wants. */
export interface Span {
  from: number
  to: number
}
/**
 * What became of frames for a consumer. `full`: they were sent, and it takes no more before it gives a sign of life. `ahead`: it
 * has been sent some of them already, and none was sent now.
 */
export type Pushed = 'sent' | 'full' | 'ahead' | 'gone'

/** A socket's state as its object knows it; undefined: there is no such socket. */
export interface Standing {
  /** The last frame that was sent to it. */
  at: number | undefined
  full: boolean
}
export type { LinkStatus }
