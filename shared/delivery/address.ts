/** Host names that never leave a network. */
const INSIDE_NAMES = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|home\.arpa|localdomain)$/

/**
 * Why an address may not be a destination: it is private, loopback, link-local or a cloud's metadata service. undefined: it
 * may. `new URL` has turned decimal, octal and hex forms of IPv4 into dotted ones already.
 */
export function insideAddress(address: string): string | undefined {
  if (!URL.canParse(address)) return `${address.slice(0, 200)} is not a host`
  const host = new URL(address).hostname.toLowerCase().replace(/\.$/, '')
  if (host.startsWith('[')) return insideV6(host.slice(1, -1))
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return insideV4(host.split('.').map(Number))
  if (INSIDE_NAMES.test(host) || !host.includes('.')) return `the host ${host} is not a public name`
  return undefined
}

/** The same of a host (with or without a port), and of every address that its name stands for. */
export async function insideHost(
  host: string,
  resolve: (name: string) => Promise<string[]>,
): Promise<string | undefined> {
  const written = insideAddress(`http://${host}/`)
  if (written) return written
  const { hostname } = new URL(`http://${host}/`)
  if (hostname.startsWith('[') || /^[\d.]+$/.test(hostname)) return undefined
  const addresses = await resolve(hostname)
  if (addresses.length === 0) return `the host ${hostname} is not known in the DNS`
  for (const address of addresses) {
    const inside = insideAddress(`http://${address.includes(':') ? `[${address}]` : address}/`)
    if (inside) return `the host ${hostname} stands for ${address}: ${inside}`
  }
  return undefined
}

function insideV4([a, b, c]: number[]): string | undefined {
  const inside =
    a === 0 ||
    a === 10 ||
    a === 127 ||
    (a === 100 && b! >= 64 && b! < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b! >= 16 && b! < 32) ||
    (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)))) ||
    (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) ||
    (a === 203 && b === 0 && c === 113) ||
    a! >= 224
  return inside ? 'the address is private, local or reserved' : undefined
}

function insideV6(host: string): string | undefined {
  const groups = expand(host)
  const [first] = groups as [number]
  const embedded = [groups[6]! >> 8, groups[6]! & 255, groups[7]! >> 8, groups[7]! & 255]
  const zeros = (n: number) => groups.slice(0, n).every((group) => group === 0)
  // IPv4 in IPv6: mapped, compatible, NAT64, 6to4.
  if (zeros(5) && groups[5] === 0xffff) return insideV4(embedded)
  if (first === 0x64 && groups[1] === 0xff9b) return insideV4(embedded)
  if (first === 0x2002) return insideV4([groups[1]! >> 8, groups[1]! & 255, groups[2]! >> 8])
  const inside =
    zeros(6) ||
    (first & 0xfe00) === 0xfc00 ||
    (first & 0xffc0) === 0xfe80 ||
    first >= 0xff00 ||
    (first === 0x2001 && groups[1] === 0xdb8)
  return inside ? 'the address is private, local or reserved' : undefined
}

function expand(host: string): number[] {
  const [head = '', tail] = host.split('::')
  const parse = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const [before, after] = [parse(head), tail === undefined ? [] : parse(tail)]
  return tail === undefined ? before : [...before, ...Array(8 - before.length - after.length).fill(0), ...after]
}
