import type { DataType } from '../schema/data-types.ts'
import { isOutside, rangeOf, within } from '../source/plausible.ts'
import type { Reader } from '../source/reader.ts'
import type { Outlier } from './compiled.ts'

/**
 * Values of the record at hand that no living person has, by the ranges of the source kit. Noted where a value is read, so
 * that a record is not gone through again for them.
 */
export class Outliers {
  #found: Outlier[] = []
  /** The reader, which notes what it reads that is outside the range of its field. */
  watch({ type, path }: { type: DataType; path: string }, reader: Reader<unknown>): Reader<unknown> {
    const range = rangeOf(path)
    if (!range) return reader
    return {
      ...reader,
      read: (item, context) => {
        const value = reader.read(item, context)
        if (typeof value === 'number' && isOutside(range, value)) this.note(type, path, within(range))
        return value
      },
    }
  }
  /** Notes a value, where it is outside. */
  look(type: DataType, path: string, value: number): void {
    const range = rangeOf(path)
    if (range && isOutside(range, value)) this.note(type, path, within(range))
  }
  note(type: DataType, field: string, expected: string): void {
    if (!this.#found.some((one) => one.field === field && one.type === type))
      this.#found.push({ type, field, expected })
  }
  /** Those since the last time. */
  taken(): Outlier[] {
    const found = this.#found
    if (found.length > 0) this.#found = []
    return found
  }
}
