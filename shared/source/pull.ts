import type { RequestTemplate } from './request.ts'

/** Something to fetch. */
export interface Pull {
  request: RequestTemplate
  /** Whose map reads the answer; the pull's own name where left out. */
  resource?: string
  window?: Window
  paging?: Paging
  /** Where an answer's items are, for `follow`. `single`: the answer itself is the item where they are not there. */
  items?: string
  single?: boolean
  /** Further pulls, one per item of the answer. */
  follow?: Follow[]
  /** Statuses that mean: nothing there (any more), or asked for already. */
  nothing?: number[]
  /** The answer holds no data: they come later through the webhook. */
  asynchronous?: boolean
  /** The answer is no data but leads to some: only its items are followed. */
  index?: boolean
  /** The answer is a file of this format. */
  file?: 'fit' | 'tcx' | 'gpx'
  /** Sent when the answer and all that followed from it is committed here: until then it is offered again. */
  commit?: RequestTemplate
}

/** How a span of time is told. */
export type Window = Between | Each
/** As its start and its end; without `end` it reaches until now. */
export interface Between {
  start: string
  end?: string
  style: DayStyle | MomentStyle
  /** Longer spans are cut into several requests. */
  maxDays?: number
  /** What is older cannot be had: it is not asked for. */
  maxAgeDays?: number
  /** Moments from a midnight on (of UTC, where no zone is known): for sums of a day, which a part of it would spoil. */
  wholeDays?: boolean
  /** The end date itself is left out by the provider. */
  endExclusive?: boolean
  /**
   * `values`: they fill braces of the request's template instead of being parameters of their own; of dates also
   * `{start_year}`, `{start_month}`, `{start_day}`.
   */
  in?: 'values'
}
/** One request for each day, or calendar month, that it touches: the parameter `at` names the day, or the month's first. */
export interface Each {
  each: 'day' | 'month'
  at: string
  style: DayStyle
  maxAgeDays?: number
  in?: 'values'
}
/** `2026-07-01`, `20260701`, or days since 1970-01-01. */
export type DayStyle = 'date' | 'compact' | 'day-number'
/** Unix seconds, ms, ns; ISO with the offset, in UTC with Z, or a wall clock without zone. */
export type MomentStyle = 'unix' | 'unix-ms' | 'unix-ns' | 'iso' | 'iso-utc' | 'iso-local'

export type Paging =
  /** A cursor in the answer goes into a parameter of the next request, until there is none. */
  | { kind: 'cursor'; from: string; to: string }
  /** `more` in the answer: go on at its offset. */
  | { kind: 'more'; more: string; from: string; to: string }
  /** The whole address of the next page is in the answer, until there is none. */
  | { kind: 'link'; from: string }
  /** Pages are numbered from `first`, up to the answer's `last`; without it until a page is empty, or shorter than `size`. */
  | { kind: 'page'; to: string; first: number; last?: string; size?: number }
  /** So many items are left out: until a page is shorter than `size`. */
  | { kind: 'offset'; to: string; size: number }

/** One pull for a notification. Paths are within the notification. */
export interface Plan {
  pull: string
  /** Only for notifications of which this holds. */
  when?: When
  params?: Record<string, string>
  /** Values that are not in the notification. */
  fixed?: Record<string, string>
  span?: Span
}
/** A pull for an item of another. Paths are within the item. */
export interface Follow {
  pull: string
  when?: When
  params?: Record<string, string>
  span?: Span
  /** The item goes with the answer under this name, for answers that do not say what they belong to. */
  carry?: string
}
/** A field has one of these values; `there`: has any, or none. */
export type When = { path: string; in: string[] } | { path: string; there: boolean }
export type Span =
  /** Unix seconds, or ISO texts. */
  | { from: string; to: string }
  /** One civil date, widened by days before and after; the user's day where a zone or a time with offset is named. */
  | { day: string; before?: number; after?: number; zone?: string; offsetOf?: string }

/** How errors are told. */
export interface Answers {
  /** HTTP 200 with a code at this path. */
  code?: string
  /** Codes and statuses by what they mean; a code in none of them is refused for good. */
  ok?: Code[]
  /** The token is not good (any more). */
  unauthorized?: Code[]
  /** Too many requests: try again after this long. */
  limited?: Code[]
  limitedWaitMs?: number
  /** The provider's own trouble. */
  unavailable?: Code[]
  /** HTTP statuses that do not mean what they usually do. */
  statuses?: { unauthorized?: number[]; limited?: number[]; unavailable?: number[] }
}
type Code = number | string

/** So many calls in a window, by everybody of the app or by one user. */
export interface Limit {
  per: 'app' | 'user'
  calls: number
  seconds: number
  /** More for every connected user. */
  morePerUser?: number
}
/** How answers tell what is left. Several windows are told in one header, separated by commas. */
export interface RateHeaders {
  limit?: string
  left?: string
  used?: string
  /** When the window ends: seconds from now, or epoch seconds. */
  reset?: { header: string; as: 'seconds' | 'epoch' }
}

/** Asks on its own, by the notice of that name in `notices`, whose spans are `from` and `to`. */
export interface Polling {
  notice: string
  /** The usual pace; it is more often while data come, less often while none do. */
  everyMinutes: number
  /** Each look reaches back this much before the last, for what comes late. */
  overlapHours: number
}
