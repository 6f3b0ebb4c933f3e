import { concat, fromBase64 } from '../base/bytes.ts'
import { MAX_SMALL_FILE_BYTES } from '../base/limits.ts'
import { type RecordMap, type ResourceMap, resource } from './map.ts'
import type { Omits } from './omits.ts'
import type { Item } from './reader.ts'

/**
 * A file format as one table: how its bytes become pages of JSON, and how pages become records (the same maps as a
 * provider's). A large format is read as a stream in constant memory; a small one is decoded whole, and so can also be
 * read where a provider hands out files (`fileOf`).
 */
export interface FileDefinition {
  /** File name of the unit: fit, tcx, gpx. */
  slug: string
  /** Name for people. */
  name: string
  /** Without the dot, lower case. */
  extensions: string[]
  mediaTypes: string[]
  /** Whether the first bytes (up to 4 KB) are of this format. Formats that are told apart by name only say false. */
  sniff: (head: Uint8Array) => boolean
  /**
   * The same bytes always give the same pages in the same order: pages that were committed are not read again.
   * Throws FileRefused where there is nothing to be had.
   */
  read: (bytes: ReadableStream<Uint8Array>) => AsyncIterable<FilePage>
  /** The whole file at once. */
  decode?: (bytes: Uint8Array) => DecodedPage[]
  /** Resource of a page → how it is read. */
  maps: Record<string, ResourceMap>
  /** Paths that no map reads, with the reason (see omits.ts). */
  omits?: Omits
}
/** What is read at once: it becomes a payload of its own. */
export interface FilePage {
  resource: string
  /** JSON text. A field `damage` (texts) says what could not be read; the records' owner sees it as quarantined. */
  body: string
  /** How much of the file is read, 0–1, where the format knows better than by counting bytes. */
  progress?: number
}
export interface DecodedPage {
  resource: string
  page: Item
}
export type Files = Record<string, FileDefinition>

/** Nothing of the file can be taken; the reason is for the one who sent it, and never holds a value. */
export class FileRefused extends Error {}

/** As a unit writes it: a map may be the records alone, of a page that is the one item. */
type FileTable = Omit<FileDefinition, 'maps' | 'read'> & {
  maps: Record<string, ResourceMap | RecordMap | RecordMap[]>
} & ({ read: FileDefinition['read'] } | { decode: NonNullable<FileDefinition['decode']> })

export function defineFile({ maps, ...rest }: FileTable): FileDefinition {
  const compiled = Object.entries(maps).map(([name, map]) =>
    Array.isArray(map) || 'compiled' in map ? [name, resource('', [map].flat())] : [name, map],
  )
  const { decode } = rest
  const read = 'read' in rest ? rest.read : wholly(decode!)
  return { ...rest, read, maps: Object.fromEntries(compiled) }
}

const wholly = (decode: NonNullable<FileDefinition['decode']>) =>
  async function* (stream: ReadableStream<Uint8Array>): AsyncIterable<FilePage> {
    for (const { resource, page } of decode(await gathered(stream))) yield { resource, body: JSON.stringify(page) }
  }

/** All bytes of a stream, if they are few enough to be held. */
export async function gathered(stream: ReadableStream<Uint8Array>, most = MAX_SMALL_FILE_BYTES): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.length
    if (length > most)
      throw new FileRefused(`files of this format are read up to ${most / 1024 ** 2} MB; split it into several`)
    chunks.push(chunk)
  }
  return chunks.length === 1 ? chunks[0]! : concat(...chunks)
}

/** The resource of a payload that is a page of a file: `file:fit/activity`. */
const PREFIX = 'file:'
export const fileResource = (file: FileDefinition, resource: string): string => `${PREFIX}${file.slug}/${resource}`
export const isOfFile = (resource: string): boolean => resource.startsWith(PREFIX)
/** The map of such a payload; `undefined` where its resource is not of a file. */
export function fileMap(files: Files, resource: string): ResourceMap | undefined {
  if (!isOfFile(resource)) return undefined
  const slash = resource.indexOf('/')
  return files[resource.slice(PREFIX.length, slash)]?.maps[resource.slice(slash + 1)]
}

/**
 * In a provider's maps: the payload is a file (`{file: {format, base64}}`, as fetching keeps binary answers), whose
 * records belong to the provider's item of that id (`@activityId`: carried from the pull before).
 */
export const fileOf = (id: string): ResourceMap => ({ items: '', records: [], file: { id } })

/** The pages of a fetched file. */
export function decodeFetched(files: Files, page: Item): { file: FileDefinition; pages: DecodedPage[] } {
  const { format, base64 } = page?.file ?? {}
  const file = files[format]
  if (!file?.decode || typeof base64 !== 'string')
    throw new FileRefused('the payload should hold a file: a known format, and its bytes as base64')
  return { file, pages: file.decode(fromBase64(base64)) }
}
