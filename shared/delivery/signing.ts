import { randomBytes } from 'node:crypto'
import { base64 } from '../base/bytes.ts'
import type { Signing } from './define.ts'

/** Every destination has a secret of ours: webhooks and manifests are signed with it. */
export const newSigning = (): Signing => ({ signing_secret: `whsec_${base64(new Uint8Array(randomBytes(32)))}` })
/** A new one; the present one goes on until `until`, ms. */
export const rotated = ({ signing_secret }: Signing, until: number): Signing => ({
  ...newSigning(),
  previous: { signing_secret, until },
})
