import { isObject } from '../base/json.ts'
import { MINUTE_MS } from '../base/time.ts'
import { type MinutePayload, payloadsOf } from './minute-payload.ts'
import { addSample, isForgotten, isOpen, newPerson, type Person, takeOver } from './minute-person.ts'
import { GRACE_MS } from './minute-track.ts'
import { KINDS, type Named, namedSample } from './sample-kinds.ts'
import { sampleTime } from './sample-time.ts'

/** Minutes are told so often. */
export const TOLD_EVERY_MS = 5 * MINUTE_MS

/**
 * Minutes of people's streams. Frames go in, in order of their numbers; what is over is taken out once. Between two takings
 * all that is known is plain data, by which the same frames come to the same again.
 */
export class Minutes {
  private readonly people = new Map<string, Person>()
  private readonly changed = new Set<string>()
  /** What is known of somebody from before; undefined: nothing. */
  private readonly recall: (uid: string) => Person | undefined

  constructor(recall: (uid: string) => Person | undefined) {
    this.recall = recall
  }

  /** Whether a label can be of use at all: what is not need not be opened. */
  static wants(t: string): boolean {
    return namedSample(t) !== undefined
  }

  add(uid: string, t: string, d: unknown, arrivedAt: number): void {
    const named = namedSample(t)
    if (!named || !isObject(d)) return
    const { kind, exercise } = named
    const values = valuesOf(named, d)
    if (values.length === 0) return
    addSample(this.person(uid), uid, { kind, ...sampleTime(d.ts, arrivedAt), values, arrivedAt }, exercise)
    this.changed.add(uid)
  }
  private person(uid: string): Person {
    let person = this.people.get(uid)
    if (!person) {
      person = this.recall(uid) ?? newPerson()
      this.people.set(uid, person)
    }
    return person
  }
  /** Somebody who has open minutes from before is looked at also where nothing more comes. */
  remember(uid: string): void {
    this.person(uid)
  }

  /** When there is something to take; undefined: nothing is open. */
  dueAt(now: number): number | undefined {
    for (const person of this.people.values())
      if (isOpen(person)) return (Math.floor((now - GRACE_MS) / TOLD_EVERY_MS) + 1) * TOLD_EVERY_MS + GRACE_MS
    return undefined
  }

  /** Takes what is over. `toSeq`: how far frames went in. `changes`: who is to be kept otherwise than before; null: not at all. */
  take(now: number, toSeq: number): { payloads: MinutePayload[]; changes: Map<string, Person | null> } {
    const payloads: MinutePayload[] = []
    const changes = new Map<string, Person | null>()
    for (const [uid, person] of this.people) {
      const open = isOpen(person)
      payloads.push(...payloadsOf(uid, takeOver(person, now), toSeq))
      const forgotten = isForgotten(person, now)
      if (forgotten) this.people.delete(uid)
      if (open || forgotten || this.changed.has(uid)) changes.set(uid, forgotten ? null : person)
    }
    this.changed.clear()
    return { payloads, changes }
  }
  forget(uid: string): void {
    this.people.delete(uid)
    this.changed.delete(uid)
  }
}

/** `{val}`, or `{d: […]}` where several come together. What no body does is left out. */
function valuesOf({ kind, times }: Named, { val, d }: Record<string, unknown>): number[] {
  const { least, most } = KINDS[kind]
  const given = Array.isArray(d) ? d : [val]
  return given.flatMap((value) => {
    if (typeof value !== 'number') return []
    // Intervals between beats come in ms, or in seconds.
    const scaled = kind === 'RR_INTERVAL' && value < 10 ? value * 1_000 : value * times
    return scaled >= least && scaled <= most ? [scaled] : []
  })
}
