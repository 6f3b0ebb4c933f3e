type Value = ArrayBuffer | Uint8Array | string | number | null

export interface DeskTables {
  write(purpose: string, query: string, ...values: Value[]): unknown
  read<Row>(query: string, ...values: Value[]): Row[]
  transaction<T>(work: () => T): T
}
/** What a part of a desk needs of the whole. Its tables are there: see steps.ts. */
export interface DeskStore {
  readonly tables: DeskTables
  /** The sandbox's clock may be ahead. */
  now(): number
}
