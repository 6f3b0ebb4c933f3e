import { Buffer } from 'node:buffer'

/** How a client says who it is at the token endpoint (RFC 6749 2.3.1, RFC 7523 2.2). */
export type Presented =
  | { kind: 'secret'; client_id: string; secret: string }
  | { kind: 'assertion'; client_id: string | undefined; assertion: string }
  | { kind: 'nothing'; why: string }
  | { kind: 'malformed'; why: string }

/** Reads what a client presents: in `Authorization: Basic`, or in the form. More than one way at once is refused. */
export function presented(authorization: string | undefined, form: (name: string) => string | undefined): Presented {
  const [client_id, secret, assertion] = [form('client_id'), form('client_secret'), form('client_assertion')]
  const basic = authorization !== undefined && /^Basic( |$)/i.test(authorization)
  if (Number(basic) + Number(secret !== undefined) + Number(assertion !== undefined) > 1)
    return {
      kind: 'malformed',
      why: 'the client says who it is in one way: Authorization: Basic, client_secret or client_assertion',
    }
  if (basic) return fromBasic(authorization)
  if (assertion !== undefined)
    return form('client_assertion_type') === ASSERTION_TYPE
      ? { kind: 'assertion', client_id, assertion }
      : { kind: 'malformed', why: `client_assertion_type is ${ASSERTION_TYPE}` }
  if (client_id !== undefined && secret !== undefined) return { kind: 'secret', client_id, secret }
  return {
    kind: 'nothing',
    why: 'the client says who it is: client_id with client_secret, or client_assertion, in the form; or Authorization: Basic',
  }
}
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Both parts are form-encoded before they are put together. */
function fromBasic(authorization: string): Presented {
  const pair = Buffer.from(authorization.slice('Basic'.length).trim(), 'base64').toString('utf8')
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
