import { Buffer } from 'node:buffer'
import { XmlStream } from '../../base/xml.ts'

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
  let root: string | undefined
  let [text, truncated, next, encoding] = ['', false, '', '']
  let entry: Record<string, string> = {}
  const entries: Record<string, string>[] = []
  const xml = new XmlStream({
    open: (name) => {
      root ??= name
      path.push(name)
      text = ''
      if (name === 'Contents') entry = {}
    },
    text: (more) => {
      text += more
    },
    close: (name) => {
      path.pop()
      const inside = path.at(-1)
      if (inside === 'Contents') entry[name] = text
      else if (name === 'Contents') entries.push(entry)
      else if (inside !== 'ListBucketResult') return
      else if (name === 'IsTruncated') truncated = text.trim() === 'true'
      else if (name === 'NextContinuationToken') next = text
      else if (name === 'EncodingType') encoding = text.trim()
    },
  })
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) return undefined
    xml.write(chunk)
  }
  xml.close()
  if (xml.damage !== undefined || root !== 'ListBucketResult' || entries.length > MOST_KEYS) return undefined
  // It may stand behind the keys. Not every store knows it, and one that does not would have its keys changed.
  const keyOf = encoding === 'url' ? decoded : plain
  const objects: Listed[] = []
  for (const one of entries) {
    const object = listedOf(one, keyOf)
    if (!object) return undefined
    objects.push(object)
  }
  if (!truncated) return { objects, next: undefined }
  return next === '' || next.length > MOST_TOKEN ? undefined : { objects, next }
}

function listedOf(
  { Key, ETag, Size, LastModified }: Record<string, string>,
  keyOf: (text: string) => string | undefined,
): Listed | undefined {
  const key = keyOf(Key ?? '')
  const bytes = Number(Size)
  const modifiedAt = Date.parse(LastModified ?? '')
  if (!key || !Number.isSafeInteger(bytes) || bytes < 0 || Number.isNaN(modifiedAt)) return undefined
  // It is sent back as a header.
  if (!ETag || !/^[\x21-\x7e]{1,1024}$/.test(ETag)) return undefined
  return { key, etag: ETag.startsWith('"') ? ETag : `"${ETag}"`, bytes, modifiedAt }
}
const plain = (key: string) => (Buffer.byteLength(key) > MOST_KEY_BYTES ? undefined : key)
function decoded(key: string): string | undefined {
  try {
    return plain(decodeURIComponent(key.replaceAll('+', ' ')))
  } catch {
    return undefined
  }
}
