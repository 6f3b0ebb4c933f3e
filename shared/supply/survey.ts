import { stepOf } from '../source/structure.ts'

/** What a schema knows of the members of a value: its names, and what is below them. */
export interface Known {
  /** Nothing is said of what is in it: all of it may be there. */
  readonly free: boolean
  /** undefined: the schema does not name it. */
  member(key: string): Known | undefined
  /** Of the elements of a list. */
  element(): Known | undefined
}
export interface Survey {
  /** Members of all its objects together. */
  members: number
  /** A number is infinite, or a whole one that may have lost digits. */
  strange: boolean
  /** Dotted paths that the schema does not name; elements, and keys that are data, are `*`. */
  unread: string[]
}
/** Of one record so many unknown paths are told. */
const MOST_UNREAD = 20

/** One walk over a record, for all that is to be known of every value in it. */
export function survey(value: object, known: Known | undefined): Survey {
  const found: Survey = { members: 0, strange: false, unread: [] }
  walk(value, known?.free ? undefined : known, '', found)
  return found
}

function walk(value: object, known: Known | undefined, path: string, found: Survey): void {
  if (Array.isArray(value)) {
    const inner = known?.element()
    const below = inner && !inner.free ? inner : undefined
    for (let i = 0; i < value.length; i++) {
      const one: unknown = value[i]
      if (typeof one === 'number') found.strange ||= isStrange(one)
      else if (typeof one === 'object' && one !== null) walk(one, below, below ? stepped(path, '*') : '', found)
    }
    return
  }
  for (const key in value) {
    found.members++
    const one = (value as Record<string, unknown>)[key]
    const inner = known?.member(key)
    if (known && !inner) note(found, path, key)
    if (typeof one === 'number') found.strange ||= isStrange(one)
    else if (typeof one === 'object' && one !== null) {
      const below = inner && !inner.free ? inner : undefined
      walk(one, below, below ? stepped(path, key) : '', found)
    }
  }
}
const isStrange = (value: number): boolean => value > Number.MAX_SAFE_INTEGER || value < -Number.MAX_SAFE_INTEGER
const stepped = (path: string, key: string): string => {
  const step = key === '*' ? key : stepOf(key)
  return path === '' ? step : `${path}.${step}`
}
function note(found: Survey, path: string, key: string): void {
  if (found.unread.length >= MOST_UNREAD) return
  const at = stepped(path, key)
  if (!found.unread.includes(at)) found.unread.push(at)
}
