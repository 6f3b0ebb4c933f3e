import type { Context, Item } from './reader.ts'

/** What many fields of a record are made of is made once for the record's item. */
export function oncePerRecord<T>(make: (item: Item, context: Context) => T): (item: Item, context: Context) => T {
  const made = new WeakMap<object, { item: Item; value: T }>()
  return (item, context) => {
    const known = made.get(context.frame)
    if (known && known.item === item) return known.value
    const value = make(item, context)
    made.set(context.frame, { item, value })
    return value
  }
}
