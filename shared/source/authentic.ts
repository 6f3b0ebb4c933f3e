import { createHmac, verify as verifySignature } from 'node:crypto'
import { fromBase64, sameText } from '../base/bytes.ts'
import type { ProviderApp } from '../base/settings.ts'
import type { Ecdsa, Hmac, Verify } from './define.ts'
import { goTo, type Item, pointer } from './reader.ts'
import type { RawCall } from './receive.ts'
import { fill } from './request.ts'

/** Which secret of the app; undefined: the deployment does not have it. */
export const secretOf = (app: ProviderApp, name: string): string | undefined =>
  name === 'client_secret' || name === 'ingest_secret' ? app[name] : app.more?.[name]

/** Why a call is not believed; undefined where it is authentic and fresh. All on the raw bytes, before anything is parsed. */
export function notAuthentic(all: Verify[], call: RawCall, app: ProviderApp, now: number): string | undefined {
  for (const verify of all) {
    const reason = checked(verify, call, app, now)
    if (reason !== undefined) return reason
  }
  return undefined
}
function checked(verify: Verify, call: RawCall, app: ProviderApp, now: number): string | undefined {
  switch (verify.kind) {
    case 'secret-path': {
      const name = verify.headers.find((name) => !call.headers.get(name))
      return name && `the header ${name} is missing`
    }
    case 'header': {
      const wanted = fill(verify.value, { ...app.more, ingest_secret: app.ingest_secret }, (value) => value)
      return sameText(call.headers.get(verify.name) ?? '', wanted) ? undefined : `the header ${verify.name} is wrong`
    }
    case 'field':
      return undefined // stands in the body: `lacksSecret`, once it is parsed
    case 'hmac':
      return unsigned(verify, call, app, now)
    case 'ecdsa':
      return unproven(verify, call, app)
  }
}

/** Secrets that stand in the body, looked at before anything of it is used. */
export function lacksSecret(all: Verify[], page: Item, app: ProviderApp): string | undefined {
  for (const verify of all) {
    if (verify.kind !== 'field') continue
    const wanted = secretOf(app, verify.secret)
    if (wanted === undefined) return `the deployment has no secret ${verify.secret}`
    if (!sameText(String(goTo(verify.path)(page) ?? ''), wanted)) return `/${pointer(verify.path)} is wrong`
  }
  return undefined
}

function unsigned(verify: Hmac, call: RawCall, app: ProviderApp, now: number): string | undefined {
  const header = call.headers.get(verify.header)
  if (!header) return verify.optional ? undefined : `the header ${verify.header} is missing`
  const fields = verify.fields && fieldsOf(header)
  const given = fields ? fields[verify.fields!.signature] : header
  if (!given) return `the header ${verify.header} has no signature`
  const sentAt = verify.fields && fields?.[verify.fields.time]
  const stale = verify.timestamp && staleness(verify.timestamp, sentAt, call.headers, now)
  if (stale) return stale
  const secret = secretOf(app, verify.key)
  if (secret === undefined) return `the deployment has no secret ${verify.key}`
  const hmac = createHmac(verify.algorithm, secret + (verify.keySuffix ?? ''))
  for (const piece of verify.over)
    if (piece === 'body') hmac.update(call.body)
    else if (piece === 'time') hmac.update(sentAt ?? '')
    else hmac.update('text' in piece ? piece.text : (call.headers.get(piece.header) ?? ''))
  const digest = hmac.digest(verify.encoding === 'base64' ? 'base64' : 'hex')
  return sameText(verify.encoding === 'HEX' ? digest.toUpperCase() : digest, given)
    ? undefined
    : 'the signature does not match'
}
const fieldsOf = (header: string): Record<string, string> =>
  Object.fromEntries(
    header
      .split(',')
      .map((part) => [part.slice(0, part.indexOf('=')).trim(), part.slice(part.indexOf('=') + 1).trim()]),
  )

function staleness(
  { header, unit, toleranceMs }: NonNullable<Hmac['timestamp']>,
  field: string | undefined,
  headers: Headers,
  now: number,
): string | undefined {
  const text = header === undefined ? field : headers.get(header)
  const sentAt = text && /^\d+(\.\d+)?$/.test(text) ? Number(text) * (unit === 's' ? 1000 : 1) : undefined
  if (sentAt === undefined) return `the time of the signature${header === undefined ? '' : ` (${header})`} is missing`
  return Math.abs(now - sentAt) > toleranceMs ? 'the signature is stale' : undefined
}

function unproven({ header, key }: Ecdsa, call: RawCall, app: ProviderApp): string | undefined {
  const pem = secretOf(app, key)
  if (pem === undefined) return undefined
  const given = call.headers.get(header)
  if (!given) return `the header ${header} is missing`
  return verifySignature('sha256', call.body, pem, fromBase64(given)) ? undefined : 'the signature does not match'
}
