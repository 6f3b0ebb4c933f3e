/** Networks as allow-lists name them (`203.0.113.0/24`, `2001:db8::/32`, a single address), and whether an address is in one. */

interface Network {
  bytes: number[]
  bits: number
}

/** The bytes of an address, 4 or 16; undefined: it is none. A v4 address in v6 clothes is the v4 address. */
export function addressBytes(text: string): number[] | undefined {
  const v4 = v4Bytes(text)
  if (v4) return v4
  const v6 = v6Bytes(text)
  const mapped = v6?.slice(0, 10).every((byte) => byte === 0) && v6[10] === 0xff && v6[11] === 0xff
  return mapped ? v6!.slice(12) : v6
}

function v4Bytes(text: string): number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return undefined
  const bytes = parts.map(Number)
  return bytes.every((byte) => byte < 256) ? bytes : undefined
}

function v6Bytes(text: string): number[] | undefined {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !text.includes(':')) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half, i) => groups(half, i === halves.length - 1))
  if (!head || (halves.length === 2 && !tail)) return undefined
  if (halves.length === 1) return head.length === 16 ? head : undefined
  const missing = 16 - head.length - tail!.length
  // `::` stands for at least one group.
  return missing >= 2 ? [...head, ...new Array<number>(missing).fill(0), ...tail!] : undefined
}
function groups(half: string, last: boolean): number[] | undefined {
  if (half === '') return []
  const bytes: number[] = []
  const parts = half.split(':')
  for (const [i, part] of parts.entries()) {
    const v4 = last && i === parts.length - 1 ? v4Bytes(part) : undefined
    if (v4) bytes.push(...v4)
    else if (/^[0-9a-fA-F]{1,4}$/.test(part))
      bytes.push(Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 0xff)
    else return undefined
  }
  return bytes
}

/** undefined: it names no network. */
export function parseNetwork(text: string): Network | undefined {
  const [address, length, ...rest] = text.split('/')
  const bytes = addressBytes(address!)
  if (!bytes || rest.length > 0) return undefined
  const most = bytes.length * 8
  if (length === undefined) return { bytes, bits: most }
  if (!/^\d{1,3}$/.test(length)) return undefined
  // The length of a mapped address counts its 96 bits in front.
  const bits = Number(length) - (bytes.length === 4 && address!.includes(':') ? 96 : 0)
  return bits >= 0 && bits <= most ? { bytes, bits } : undefined
}

/** Whether the bits after the network's length are all zero: others are a mistake of whoever wrote it. */
export function isWhole(text: string): boolean {
  const network = parseNetwork(text)
  return network?.bytes.every((byte, i) => (byte & ~maskOf(network.bits, i) & 0xff) === 0) ?? false
}
const maskOf = (bits: number, i: number): number => (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))) & 0xff

/** Whether an address is in one of these networks. */
export function isIn(networks: readonly string[], address: string): boolean {
  const bytes = addressBytes(address)
  if (!bytes) return false
  return networks.some((text) => {
    const network = parseNetwork(text)
    if (!network || network.bytes.length !== bytes.length) return false
    return network.bytes.every((byte, i) => ((byte ^ bytes[i]!) & maskOf(network.bits, i)) === 0)
  })
}
