import { Buffer } from 'node:buffer'
import { SaxesParser } from 'saxes'

/** An object as a list tells it. */
export interface Listed {
  key: string
  /** With its quotes, as `If-Match` wants it. */
  etag: string
  bytes: number
  modifiedAt: number
}
export interface Listing {
  objects: Listed[]
  /** Where the list goes on; undefined: it is whole. */
  next: string | undefined
}

/** 1,000 keys of 1,024 bytes, each byte written as three, are 3 MB. */
const MOST_BYTES = 8 * 1024 ** 2
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html; no page has more of them. */
const MOST_KEYS = 1_000
const MOST_KEY_BYTES = 1_024
/** It becomes a part of an address. */
const MOST_TOKEN = 8_192

/**
 * Of ListObjectsV2, asked with `encoding-type=url`: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 * undefined: it is no such answer, so it may be a proxy's page.
 */
export async function readListing({ body }: Response): Promise<Listing | undefined> {
  const path: string[] = []
  let broken = false
  let root: string | undefined
  let [text, truncated, next] = ['', false, '']
  let entry: Record<string, string> = {}
  const objects: Listed[] = []
  const parser = new SaxesParser<{ xmlns: false }>({ xmlns: false })
  parser.on('error', () => {
    broken = true
  })
  parser.on('opentag', ({ name }) => {
    root ??= name
    path.push(name)
    text = ''
    if (name === 'Contents') entry = {}
  })
  parser.on('text', (more) => {
    text += more
  })
  parser.on('closetag', ({ name }) => {
    const inside = path.at(-2)
    path.pop()
    if (inside === 'Contents') entry[name] = text
    else if (name === 'Contents') {
      const object = listedOf(entry)
      if (object) objects.push(object)
      else broken = true
    } else if (inside === 'ListBucketResult' && name === 'IsTruncated') truncated = text.trim() === 'true'
    else if (inside === 'ListBucketResult' && name === 'NextContinuationToken') next = text
  })
  const decoder = new TextDecoder()
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) return undefined
    parser.write(decoder.decode(chunk, { stream: true }))
  }
  parser.close()
  if (broken || root !== 'ListBucketResult' || objects.length > MOST_KEYS) return undefined
  if (!truncated) return { objects, next: undefined }
  return next === '' || next.length > MOST_TOKEN ? undefined : { objects, next }
}

function listedOf({ Key, ETag, Size, LastModified }: Record<string, string>): Listed | undefined {
  const key = keyOf(Key ?? '')
  const bytes = Number(Size)
  const modifiedAt = Date.parse(LastModified ?? '')
  if (!key || !Number.isSafeInteger(bytes) || bytes < 0 || Number.isNaN(modifiedAt)) return undefined
  // It is sent back as a header.
  if (!ETag || !/^[\x21-\x7e]{1,1024}$/.test(ETag)) return undefined
  return { key, etag: ETag.startsWith('"') ? ETag : `"${ETag}"`, bytes, modifiedAt }
}
function keyOf(encoded: string): string | undefined {
  try {
    const key = decodeURIComponent(encoded.replaceAll('+', ' '))
    return Buffer.byteLength(key) > MOST_KEY_BYTES ? undefined : key
  } catch {
    return undefined
  }
}
