import { base64 } from '../producer/base64.ts'

/** Bytes as they are sent: packed, and with what tells that they came whole. */
export interface Packed {
  bytes: Uint8Array<ArrayBuffer>
  headers: Record<string, string>
}

/** Below this, packing saves nothing. */
const WORTH_PACKING = 1_024

/** What is gzip already stays as it is. */
export async function packed(bytes: Uint8Array<ArrayBuffer>): Promise<Packed> {
  const there = bytes[0] === 0x1f && bytes[1] === 0x8b
  const pack = there || bytes.length >= WORTH_PACKING
  const sent = pack && !there ? await gzip(bytes) : bytes
  return {
    bytes: sent,
    headers: { 'content-digest': await digestOf(sent), ...(pack && { 'content-encoding': 'gzip' }) },
  }
}

/** `Content-Digest` (RFC 9530). */
export async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return `sha-256=:${base64(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))}:`
}

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
