import { Buffer } from 'node:buffer'

/** How a client says who it is at the token endpoint (RFC 6749 2.3.1). */
export type Presented =
  | { kind: 'secret'; client_id: string; secret: string }
  | { kind: 'nothing'; why: string }
  | { kind: 'malformed'; why: string }

/** Reads what a client presents: in `Authorization: Basic`, or in the form. More than one way at once is refused. */
export function presented(authorization: string | undefined, form: (name: string) => string | undefined): Presented {
  const [client_id, secret] = [form('client_id'), form('client_secret')]
  const basic = authorization !== undefined && /^Basic /i.test(authorization)
  if (basic && secret !== undefined)
    return { kind: 'malformed', why: 'the client says who it is in one way: by Authorization: Basic, or in the form' }
  if (basic) return fromBasic(authorization)
  if (client_id !== undefined && secret !== undefined) return { kind: 'secret', client_id, secret }
  return {
    kind: 'nothing',
    why: 'client_id and client_secret are missing: send them in the form, or as Authorization: Basic',
  }
}

/** Both parts are form-encoded before they are put together. */
function fromBasic(authorization: string): Presented {
  const pair = Buffer.from(authorization.slice('Basic '.length).trim(), 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  const parts = colon < 0 ? undefined : [pair.slice(0, colon), pair.slice(colon + 1)].map(decoded)
  const [client_id, secret] = parts ?? []
  if (client_id === undefined || secret === undefined)
    return {
      kind: 'malformed',
      why: 'Authorization: Basic carries base64 of client_id:client_secret, each form-encoded',
    }
  return { kind: 'secret', client_id, secret }
}
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
