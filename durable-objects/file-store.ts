import { createHash } from 'node:crypto'
import { developerKey, openDataKey } from '../shared/access/vault.ts'
import { concat } from '../shared/base/bytes.ts'
import { FILE_CHUNK_BYTES } from '../shared/base/limits.ts'
import { seal, unseal } from '../shared/base/seal.ts'
import { settings } from '../shared/base/settings.ts'
import type { Env } from './env.ts'
import { emptyFolder } from './payload-link.ts'

/** A file on its way in: pieces in object storage, each sealed with its connection's key, so that memory stays small. */
export interface FilePlace {
  developer_id: string
  user_id: string
  file_id: string
}
const userFolder = ({ developer_id, user_id }: Omit<FilePlace, 'file_id'>): string =>
  `files/${developer_id}/${user_id}/`
const fileFolder = (place: FilePlace): string => `${userFolder(place)}${place.file_id}/`
/** The name is what a piece is sealed for: pieces cannot change places. */
const chunkName = (place: FilePlace, number: number): string => `${fileFolder(place)}${number}`

/** The key of a connection's data; undefined: it was erased. */
export const keyOfConnection = (env: Env, cell: string, { developer_id, user_id }: Omit<FilePlace, 'file_id'>) =>
  openDataKey(env.KEYS, developerKey(settings(env).ROOT_KEY, developer_id), cell, user_id)

export class FileWriter {
  readonly #hash = createHash('sha256')
  readonly #env: Env
  readonly #key: Uint8Array
  readonly #place: FilePlace
  #held: Uint8Array[] = []
  #size = 0
  chunks = 0
  bytes = 0

  constructor(env: Env, key: Uint8Array, place: FilePlace) {
    this.#env = env
    this.#key = key
    this.#place = place
  }
  async write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes)
    this.bytes += bytes.length
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + FILE_CHUNK_BYTES - this.#size)
      this.#held.push(piece)
      this.#size += piece.length
      at += piece.length
      if (this.#size === FILE_CHUNK_BYTES) await this.#flush()
    }
  }
  async end(): Promise<{ chunks: number; bytes: number; hash: string }> {
    if (this.#size > 0) await this.#flush()
    return { chunks: this.chunks, bytes: this.bytes, hash: this.#hash.digest('hex') }
  }
  async #flush(): Promise<void> {
    const name = chunkName(this.#place, this.chunks)
    const sealed = seal(this.#key, concat(...this.#held), name)
    this.#held = []
    this.#size = 0
    await this.#env.RAW.put(name, sealed)
    this.chunks++
  }
}

/** A reader gets so much at a time: how far it is, is told by what it took. */
const PIECE_BYTES = 64 * 1024

/** The file again, piece by piece. */
export function openFile(
  env: Env,
  key: Uint8Array,
  place: FilePlace,
  chunks: number,
): { stream: ReadableStream<Uint8Array>; readBytes: () => number } {
  let [next, bytes] = [0, 0]
  let held: Uint8Array = new Uint8Array(0)
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: async (to) => {
        if (held.length === 0) {
          if (next === chunks) return to.close()
          const name = chunkName(place, next++)
          const stored = await env.RAW.get(name)
          if (!stored) throw new Error(`${name} is missing`)
          held = unseal(key, new Uint8Array(await stored.arrayBuffer()), name)
        }
        const piece = held.subarray(0, PIECE_BYTES)
        held = held.subarray(piece.length)
        bytes += piece.length
        to.enqueue(piece)
      },
    },
    // Nothing is fetched ahead of who reads.
    { highWaterMark: 0 },
  )
  return { stream, readBytes: () => bytes }
}
export const removeFile = (env: Env, place: FilePlace) => emptyFolder(env, fileFolder(place), Number.POSITIVE_INFINITY)
/** Of a connection that ends: sealed with its key they are unreadable, and need not lie there. */
export const eraseFiles = (env: Env, place: Omit<FilePlace, 'file_id'>) =>
  emptyFolder(env, userFolder(place), Number.POSITIVE_INFINITY)
