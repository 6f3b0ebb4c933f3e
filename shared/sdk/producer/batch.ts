import { deflateSync, strToU8 } from 'fflate'
import { OP } from '../../base/op-codes.ts'
import { base64 } from './base64.ts'

/** Compressed where that saves this share at least: below it the work on both sides is not worth it. */
const WORTH = 0.8

/** The frame that carries the texts of samples, the first of which has the number `n`. */
export function batchText(n: number, texts: string[], compressBytes: number): string {
  const frames = `[${texts.join(',')}]`
  if (frames.length >= compressBytes) {
    const z = base64(deflateSync(strToU8(frames)))
    if (z.length < WORTH * frames.length) return `{"op":${OP.SUBMIT_BATCH},"d":{"n":${n},"z":"${z}"}}`
  }
  return `{"op":${OP.SUBMIT_BATCH},"d":{"n":${n},"frames":${frames}}}`
}
