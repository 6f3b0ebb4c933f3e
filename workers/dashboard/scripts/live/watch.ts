import { SPAN_MS } from '../../../pages/scripts/chart/series.ts'
import { type Card, newCard } from './card.ts'
import { shiftOf } from './clock.ts'
import { chosen, MOST_CARDS } from './people.ts'
import { type Dispatch, forgetOld, newStream, type Stream, takeFrame } from './store.ts'
import type { Presence } from './views.ts'

/** The users on the page: their streams and their cards. */
export function newWatch(list: HTMLElement, template: HTMLTemplateElement) {
  const people = new Map<string, { stream: Stream; card: Card }>()
  const visible = new WeakSet<Element>()
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries)
      if (isIntersecting) visible.add(target)
      else visible.delete(target)
  })
  // What the server wrote is taken over, and not written again.
  for (const element of list.querySelectorAll<HTMLElement>('[data-user]')) adopt(element, element.dataset.user!)

  function adopt(element: HTMLElement, id: string) {
    const person = { stream: newStream(), card: newCard(element, id) }
    people.set(id, person)
    observer.observe(element)
    return person
  }
  function add(id: string) {
    const element = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement
    list.append(element)
    return adopt(element, id)
  }
  function remove(id: string): void {
    const { card } = people.get(id)!
    observer.unobserve(card.element)
    card.end()
    people.delete(id)
  }

  return {
    get size(): number {
      return people.size
    },
    /** → whether nobody knew this user: then their name is still to be asked for. */
    take(frame: Dispatch, now: number, linkedAt: number): boolean {
      const known = people.get(frame.uid)
      if (!known && people.size >= MOST_CARDS) return false
      takeFrame((known ?? add(frame.uid)).stream, frame, now, linkedAt)
      return !known
    },
    /** Who is there, by the server. → whose frames are wanted. */
    tell(users: readonly Presence[], now: number): string[] {
      const ids = chosen(users, people.keys())
      const told = new Map(users.map((user) => [user.user_id, user]))
      const heardAt = (id: string) =>
        Math.max(people.get(id)!.stream.heardAt, Date.parse(told.get(id)?.last_sample_at ?? '') || 0)
      const missing = ids.filter((id) => !people.has(id)).length
      const left = [...people.keys()].filter((id) => !ids.includes(id)).sort((a, b) => heardAt(a) - heardAt(b))
      // Who left stays while there is something to see, or until the place is needed.
      for (const id of left) if (heardAt(id) < now - SPAN_MS || people.size + missing > MOST_CARDS) remove(id)
      for (const id of ids) if (!people.has(id)) add(id)
      for (const [id, { stream, card }] of people) {
        const presence = told.get(id)
        if (presence) card.tell(presence)
        forgetOld(stream, now - shiftOf(stream.lags))
      }
      return ids
    },
    /** What is on the screen; the others only now and then, with `all`, and what they say to who does not see them. */
    draw(now: number, span: number, all: boolean): void {
      for (const { stream, card } of people.values()) {
        if (all || visible.has(card.element)) card.draw(stream, now, span)
        if (all) card.describe(stream, now, span)
      }
    },
    ids: (): string[] => [...people.keys()],
    /** From a sample's time to this screen, of all. */
    delays(): number[] {
      return [...people.values()].flatMap(({ stream }) => (shiftOf(stream.lags) === 0 ? stream.delays : []))
    },
  }
}
