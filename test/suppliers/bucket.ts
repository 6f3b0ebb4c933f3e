import { Buffer } from 'node:buffer'
import { vi } from 'vitest'
import { S3Double, type S3Options } from '../doubles/s3.ts'
import { KEYS, PLACE } from './bucket-place.ts'

/** A supplier's bucket at Amazon, as workerd's requests find it. What goes elsewhere is `others`'. */
export function openBucket(
  more: Partial<S3Options> = {},
  others: (url: string, init: RequestInit) => Response | Promise<Response> = (url) => {
    throw new Error(`nobody is at ${url}`)
  },
) {
  const double = new S3Double({
    ...{ bucket: PLACE.bucket, region: PLACE.region, ...more },
    ...{ accessKeyId: KEYS.access_key_id, secretAccessKey: KEYS.secret_access_key },
  })
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input as string, init as RequestInit)
    const { host, pathname, search } = new URL(request.url)
    if (host !== 's3.eu-central-1.amazonaws.com') return others(request.url, init as RequestInit)
    const asked = {
      method: request.method,
      url: pathname + search,
      headers: { ...Object.fromEntries(request.headers), host, 'content-length': '1' },
    }
    const sent = Buffer.from(await request.arrayBuffer())
    const { status, body, headers } = await double.answer(asked, sent, double.troubles.shift())
    return new Response(body as BodyInit, { status, headers })
  })
  let written = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000
  return {
    double,
    /** As its owner puts it; each a second after the one before. */
    put(key: string, body: string | Uint8Array, headers: Record<string, string> = {}, modifiedAt?: number) {
      written = modifiedAt ?? written + 1_000
      const before = double.objects.get(key)?.written ?? 0
      double.objects.set(key, { body: Buffer.from(body), headers, written: before + 1, modifiedAt: written })
    },
  }
}
export type OpenBucket = ReturnType<typeof openBucket>
