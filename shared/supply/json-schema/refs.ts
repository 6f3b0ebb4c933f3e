import { isObject, type Json } from '../../base/json.ts'
import { unescaped } from '../pointer.ts'

/**
 * Where a `$ref` leads within its document: `#`, `#/$defs/heart`, `#anchor`, or the document's own `$id` before them.
 * undefined: nowhere, or out of the document, where nothing is fetched from. A document is one resource (a second `$id` is
 * refused), so a `$dynamicRef` has nowhere else to go than a `$ref`.
 */
export function targetOf(ref: string, root: Json): unknown {
  const hash = ref.indexOf('#')
  const [document, fragment] = hash < 0 ? [ref, ''] : [ref.slice(0, hash), ref.slice(hash + 1)]
  if (document !== '' && !isOwn(document, root.$id)) return undefined
  const decoded = decode(fragment)
  if (decoded === undefined) return undefined
  if (decoded === '') return root
  if (!decoded.startsWith('/')) return anchored(decoded, root)
  let found: unknown = root
  for (const step of decoded.slice(1).split('/').map(unescaped)) {
    if (Array.isArray(found)) found = /^\d+$/.test(step) ? found[Number(step)] : undefined
    else found = isObject(found) && Object.hasOwn(found, step) ? found[step] : undefined
  }
  return isObject(found) || typeof found === 'boolean' ? found : undefined
}
function isOwn(document: string, id: unknown): boolean {
  if (typeof id !== 'string') return false
  const bare = id.replace(/#$/, '')
  return document === bare || (URL.canParse(document, bare) && new URL(document, bare).href === new URL(bare).href)
}
function decode(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment)
  } catch (error) {
    if (error instanceof URIError) return undefined // no such place
    throw error
  }
}
function anchored(name: string, schema: unknown): unknown {
  if (Array.isArray(schema)) return firstOf(schema, name)
  if (!isObject(schema)) return undefined
  if (schema.$anchor === name || schema.$dynamicAnchor === name) return schema
  // What is in these is data, whatever it looks like.
  return firstOf(
    Object.entries(schema).flatMap(([keyword, one]) => (DATA.has(keyword) ? [] : [one])),
    name,
  )
}
const DATA = new Set(['const', 'enum', 'default', 'examples'])
function firstOf(all: unknown[], name: string): unknown {
  for (const one of all) {
    const found = anchored(name, one)
    if (found !== undefined) return found
  }
  return undefined
}
