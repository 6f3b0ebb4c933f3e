import type { NormalizedRecord } from '../../shared/source/record.ts'

/** How the genuine payloads of one provider meet its door: file (or `start*end`) → which door. The first that fits holds. */
export type Genuine = Record<string, Meeting>
export type Meeting =
  /** An answer to a pull, of this resource. `carried`: what the kit puts beside it, made of the page where it needs to fit. */
  | {
      as: 'fetched'
      resource: string
      /** Where the payload stands, in a document that shows a whole exchange. */
      within?: string
      carried?: (page: never) => Record<string, unknown>
      /** Why no record comes of it. */
      empty?: string
      /** What the refusal says: the payload is broken, and must be told so. */
      refused?: string
    }
  /** The provider's call: cut by owner and resource, then data or notices. `plain`: text of a form, or JSON. */
  | { as: 'called'; empty?: string; refused?: string }
  /** An answer of the token endpoint, of the call that says who the user is, of the one that says what was granted. */
  | { as: 'token' | 'identity' | 'scopes' }
  /** No data of anybody, and what it is. */
  | { as: 'other'; what: string }

/** A format of files has a door of its own. */
export type Door = (file: { name: string; bytes: Uint8Array }, meeting: Meeting) => Promise<Outcome>

/** What came of a payload at its door. */
export interface Outcome {
  result: 'normalized' | 'refused' | 'accepted'
  records: NormalizedRecord[]
  /** Mapped of all paths, and the paths that nobody reads or leaves out. */
  paths: number
  read: number
  omitted: Record<string, string>
  unread: string[]
  /** Why it was refused, or what it is. */
  reason?: string
  /** What is wrong: the table must not have any. */
  problems: string[]
}
