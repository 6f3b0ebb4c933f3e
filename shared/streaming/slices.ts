import { Buffer } from 'node:buffer'
import { concat, text, utf8 } from '../base/bytes.ts'
import { type SealKey, seal, unseal } from '../base/seal.ts'
import type { Line } from './line.ts'

/**
 * Frames that are stored together: of each user a slice of its own, sealed with their key, so that what is a user's ends with
 * it. A slice: 1 byte length of the user's id, the id, 4 bytes length, sealed lines. No control character stands in JSON.
 */
/** Most slices are one frame: compressing each would take as long as all the rest of storing it. */
const COMPRESSED_FROM = 1_024
const LINE_END = '\x1e'
const FIELD_END = '\x1f'

/** `context`: the place of the row; what is sealed opens nowhere else. */
export function packSlices(lines: Line[], keyOf: (uid: string) => SealKey, context: string): Uint8Array<ArrayBuffer> {
  const ofUsers = Map.groupBy(lines, (line) => line.uid)
  const parts: Uint8Array[] = []
  for (const [uid, some] of ofUsers) {
    const plain = some.map(({ seq, t, text }) => `${seq}${FIELD_END}${t}${FIELD_END}${text}`).join(LINE_END)
    const sealed = seal(keyOf(uid), utf8(plain), `${context}/${uid}`, COMPRESSED_FROM)
    const id = utf8(uid)
    const size = Buffer.alloc(4)
    size.writeUInt32LE(sealed.length)
    parts.push(Uint8Array.of(id.length), id, size, sealed)
  }
  return concat(...parts)
}

/** Whose slices there are. */
export function usersOf(body: Uint8Array): string[] {
  return [...eachSlice(body)].map(({ uid }) => uid)
}

/** In order of their numbers. A user without a key is gone, and with them their frames. */
export function openSlices(body: Uint8Array, keyOf: (uid: string) => SealKey | undefined, context: string): Line[] {
  const lines: Line[] = []
  for (const { uid, sealed } of eachSlice(body)) {
    const key = keyOf(uid)
    if (!key) continue
    for (const line of text(unseal(key, sealed, `${context}/${uid}`)).split(LINE_END)) {
      const [seq, t, frame] = line.split(FIELD_END)
      lines.push({ seq: Number(seq), uid, t: t!, text: frame! })
    }
  }
  return lines.sort((a, b) => a.seq - b.seq)
}

function* eachSlice(body: Uint8Array): Generator<{ uid: string; sealed: Uint8Array }> {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  for (let at = 0; at < body.length; ) {
    const idEnd = at + 1 + body[at]!
    const end = idEnd + 4 + view.getUint32(idEnd, true)
    yield { uid: text(body.subarray(at + 1, idEnd)), sealed: body.subarray(idEnd + 4, end) }
    at = end
  }
}
