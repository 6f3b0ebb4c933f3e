import type { LifecycleNotice } from './record.ts'

/** How a provider calls us. Paths are within the item (see `goTo`). */
export interface Webhook {
  handshake: Handshake | Handshake[]
  /** All of them must hold. */
  verify: Verify | Verify[]
  /** `either`: a form where the content type says so, else JSON. */
  body: 'json' | 'form' | 'either'
  shape: Shape
  /** push: the items are data; ping: they say what to fetch. An item with the field `link` is always a ping. */
  kind: 'push' | 'ping'
  link?: string
  /** The provider's word for a resource → ours, where its notifications and its data go by other names. */
  words?: Record<string, string>
  /** Fields that make a notification the same one when it is sent again. Without: the slice's own bytes. */
  eventId?: string[]
  /** It sends each notification once and tells no time in it: the same bytes later are a second change, not a repetition. */
  unrepeated?: true
  /**
   * A notification whose field `path` has the value `is` (or one of them) says that the item `id` is gone. `of`: the
   * resource whose map made it, where it is not the notification's own.
   */
  deletion?: { path: string; is: string | string[]; id: string; at?: string; of?: string }
  /** Notifications about the connection itself, by resource. Nothing is fetched for them unless `notices` says so. */
  lifecycle?: Record<string, (item: Record<string, unknown>) => LifecycleNotice | undefined>
  /** What to answer when all is committed. */
  ok: number
}

/** What a provider asks of the URL before it uses it. */
export type Handshake =
  | { kind: 'none' }
  /** HEAD or an empty POST, answered 200. */
  | { kind: 'head' }
  /** GET with our token and a challenge to echo as JSON. */
  | { kind: 'challenge'; token: string; challenge: string; answer: string }
  /** GET with a code: `right` for the app's secret of that name, `wrong` for any other. */
  | { kind: 'verify'; param: string; secret: string; right: number; wrong: number }
  /** POST of a message in whose body `path` is `is`. `verified`: only where it is authentic, as `verify` says; else 401. */
  | { kind: 'message'; path: string; is: string; ok: number; verified: boolean }

/** Which of the app's secrets: `client_secret`, `ingest_secret`, or a name in its `more`. */
type SecretName = string
export type Verify =
  /** Nothing is signed: the URL holds a secret; these headers must be there. */
  | { kind: 'secret-path'; headers: readonly string[] }
  /** A header with a fixed text: `Bearer {ingest_secret}`. */
  | { kind: 'header'; name: string; value: string }
  /** The secret stands in the body. */
  | { kind: 'field'; path: string; secret: SecretName }
  | Hmac
  | Ecdsa

export interface Hmac {
  kind: 'hmac'
  header: string
  /** The header is `t=…,v1=…`: the signature is the field `signature`, the time the field `time`. */
  fields?: { signature: string; time: string }
  algorithm: 'sha256' | 'sha1'
  encoding: 'hex' | 'HEX' | 'base64'
  key: SecretName
  /** Follows the key. */
  keySuffix?: string
  /** What is signed, in order: the raw body, the value of a header, the header's time field, a text. */
  over: readonly ('body' | 'time' | { header: string } | { text: string })[]
  /** Signatures older or newer than the tolerance are stale. Without `header` it is the time field. */
  timestamp?: { header?: string; unit: 's' | 'ms'; toleranceMs: number }
  /** Calls without the header are believed for the secret in the URL: the provider signs not all of them. */
  optional?: true
}
/** P-256 over SHA-256 of the raw body, base64 of DER. The public key (PEM) is a secret of the app; without it nothing is checked. */
export interface Ecdsa {
  kind: 'ecdsa'
  header: string
  key: SecretName
}

/** Whose and what an item is. */
export type Shape =
  /** An object of arrays, keyed by resource, of many owners. */
  | { kind: 'batch'; owner: string }
  /** The body is one notification. */
  | { kind: 'one'; owner: string; resource: string | { fixed: string } }
  /** A list of notifications at `items` (`''`: the body itself, which may also be a single one). */
  | { kind: 'list'; items: string; owner: string; resource: string | { fixed: string } }
