/** Who this browser streams for. */
export interface Pairing {
  token: string
  /** How the developer calls them. */
  name: string | undefined
  /** Epoch ms. */
  expiresAt: number | undefined
}

/** A token, the JSON of a pairing, or a link with either: as they come from QR codes and mails. undefined: none is in it. */
export function readPairing(text: string): Pairing | undefined {
  const trimmed = text.trim()
  const bare = /^#?(rt\.[\w.-]+)$/.exec(trimmed)?.[1]
  if (bare !== undefined) return { token: bare, name: undefined, expiresAt: undefined }
  const found = parsed(trimmed) ?? parsed(parameterOf(trimmed))
  if (found) return pairingOf(found)
  const inLink = parameterOf(trimmed) || /#(rt\..+)$/.exec(trimmed)?.[1]
  return inLink && inLink !== trimmed ? readPairing(inLink) : undefined
}

/** Of `…?p=…` and `…#p=…`. */
function parameterOf(text: string): string {
  const query = /[?#&]p=([^&#\s]+)/.exec(text)?.[1] ?? ''
  try {
    return decodeURIComponent(query)
  } catch {
    return ''
  }
}
function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
function pairingOf(found: Record<string, unknown>): Pairing | undefined {
  const token = [found.rt_token, found.rtToken, found.token].find((one) => typeof one === 'string')
  if (typeof token !== 'string' || !/^rt\.[\w.-]+$/.test(token)) return undefined
  const name = [found.reference_id, found.user_id].find((one) => typeof one === 'string' && one.length > 0)
  const { expires_at: at } = found
  const expiresAt = typeof at === 'number' ? at : typeof at === 'string' ? Date.parse(at) : Number.NaN
  return { token, name: name as string | undefined, expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt }
}
