import type { Env } from '../../durable-objects/env.ts'
import { keyOfSupplier } from '../../durable-objects/supplier-key.ts'
import { seal, unseal } from '../../shared/base/seal.ts'
import { type DeskAddress, uploadFolder } from '../../shared/supply/desk.ts'

/** Parts of an upload in object storage, each sealed for its own name. */
const nameOf = (desk: DeskAddress, uploadId: string, part: number): string => `${uploadFolder(desk, uploadId)}${part}`

export async function putPart(
  env: Env,
  desk: DeskAddress,
  uploadId: string,
  part: number,
  bytes: Uint8Array,
): Promise<void> {
  const name = nameOf(desk, uploadId, part)
  await env.RAW.put(name, seal(keyOfSupplier(env, desk), bytes, name))
}

export async function* partsOf(
  env: Env,
  desk: DeskAddress,
  uploadId: string,
  parts: number,
): AsyncIterable<Uint8Array> {
  const key = keyOfSupplier(env, desk)
  for (let part = 1; part <= parts; part++) {
    const name = nameOf(desk, uploadId, part)
    const stored = await env.RAW.get(name)
    if (!stored) throw new Error('a part is missing')
    yield unseal(key, new Uint8Array(await stored.arrayBuffer()), name)
  }
}
