import type { DataType } from '../schema/data-types.ts'
import type { Models } from './models.ts'
import type { Place } from './places.ts'
import type { Context, Item, Unreadable } from './reader.ts'
import { type Compiled, compile, type Tree } from './tree.ts'

/** How the items of one resource become records. */
export interface ResourceMap {
  /** Where the items are in a payload; a payload that is a list is the list of items. */
  items: string
  /** The payload itself is the item where there is no list at `items`. */
  single?: boolean
  /** Makes one larger item of many small ones; `indexes` tells where the elements of its list `slices` came from. */
  gather?: Gather
  /** Of several versions of one item in a payload only the newest is read. Paths. */
  newest?: { id: string; version: string }
  /** The payload is a file (see file.ts), read by its format's maps; its records are of the item of this id. A path. */
  file?: { id: string }
  records: RecordMap[]
}
export type Gather = GatherItems & {
  /** Where a path of what it makes stands in an item that it was made of; without it, in the elements of `slices`. */
  placed?: (path: string) => string[]
}
type GatherItems = (items: Item[], report: (index: number, error: Unreadable) => void, context: Context) => Gathered[]
export interface Gathered {
  slices: Item[]
  indexes: number[]
  /** Where a path within it came from, for gatherers that arrange items otherwise. */
  origin?: (path: string) => string
}
export interface RecordMap {
  type: DataType
  place: Place
  compiled: Compiled<object>
  options: Options
}
interface Options {
  /** Only items of which this holds become a record: those that are final, scored, not goals. */
  when?: (item: Item, context: Context) => boolean
  /** The item says that it is gone (`deleted: true`, `"type": "deleted"`): its record is taken back. Asked before `when`. */
  gone?: (item: Item, context: Context) => boolean
  /** A list within the item, each element a record of its own. */
  each?: string
  /** Resource whose records this one's replace; its own where left out. */
  part?: string
}

/** What the kit fills in by the record's place. */
type Filled = 'start_time' | 'end_time' | 'timestamp_localization' | 'summary_id'
type Metadata<T> = T extends { metadata: infer M } ? M : never
/** The tree of a record: `metadata` needs only what its place does not tell. */
export type RecordTree<T> = Tree<Omit<T, 'metadata'>> &
  ([Metadata<T>] extends [never]
    ? unknown
    : Partial<Record<never, never>> extends Tree<Metadata<T>, Filled>
      ? { metadata?: Tree<Metadata<T>, Filled> }
      : { metadata: Tree<Metadata<T>, Filled> })

/** One record per item: its type, its place, its fields. */
export const into = <T extends DataType>(
  type: T,
  place: Place,
  tree: RecordTree<Models[T]>,
  options: Options = {},
): RecordMap => ({
  type,
  place,
  compiled: compile(tree),
  options,
})

export const resource = (
  items: string,
  records: RecordMap[],
  options: Pick<ResourceMap, 'single' | 'gather' | 'newest'> = {},
): ResourceMap => ({
  items,
  records,
  ...options,
})
