type Value = ArrayBuffer | Uint8Array | string | number | null

/** What a part of a desk needs of the whole. */
export interface DeskStore {
  readonly tables: {
    write(purpose: string, query: string, ...values: Value[]): unknown
    read<Row>(query: string, ...values: Value[]): Row[]
    transaction<T>(work: () => T): T
  }
  /** The sandbox's clock may be ahead. */
  now(): number
}
