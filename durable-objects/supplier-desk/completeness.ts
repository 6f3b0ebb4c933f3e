import { DAY_MS } from '../../shared/base/time.ts'
import type { DataType } from '../../shared/schema/data-types.ts'
import {
  type Bits,
  countBits,
  countBoth,
  hasBit,
  noBits,
  union,
  withBit,
  without,
  withoutBit,
} from '../../shared/supply/bits.ts'
import type { SubjectDays } from '../../shared/supply/measures.ts'
import { lastDue } from '../../shared/supply/measures.ts'
import { SUBJECT_DAYS, type Tally } from '../../shared/supply/tally.ts'
import type { DeskTables } from './desk-store.ts'

/** What a row of bits tells, beside those of a type: who has data of that day. */
const SEEN = '='
/** On that day the first record of these subjects came; … these subjects ended. */
const CAME = '+'
const ENDED = '-'
/** The row of all that is older than any window. */
const BEFORE = 0

/**
 * Which subjects have data on which days, a bit each: a row for a day and a type of the contract (all versions of a major
 * together), written only where a bit is new. A subject is expected from the day after its first record came until it ends.
 */
export class Completeness {
  private readonly tables: DeskTables

  constructor(tables: DeskTables) {
    this.tables = tables
  }

  note(contract: string, { days }: Tally, now: number): void {
    const numbers = new Set<number>()
    for (const [type, byDay] of Object.entries(days))
      for (const [day, subjects] of Object.entries(byDay)) {
        this.add(contract, Number(day), type, subjects)
        for (const number of subjects) numbers.add(number)
      }
    const today = Math.floor(now / DAY_MS)
    this.add(contract, today, CAME, this.add(contract, BEFORE, SEEN, [...numbers]))
  }
  /** Is expected no more, under any contract. */
  ended(number: number, now: number): void {
    const rows = this.tables.read<{ contract: string; bits: ArrayBuffer }>(
      `SELECT contract, bits FROM subject_days WHERE day = ? AND kind = ?`,
      BEFORE,
      SEEN,
    )
    for (const { contract, bits } of rows) {
      const seen: Bits = new Uint8Array(bits)
      if (!hasBit(seen, number)) continue
      const today = Math.floor(now / DAY_MS)
      this.put(contract, BEFORE, SEEN, withoutBit(seen, number))
      this.add(contract, today, ENDED, [number])
      // Who came today too was never expected; who comes again after this is.
      const came = this.bits(contract, today, CAME)
      if (hasBit(came, number)) this.put(contract, today, CAME, withoutBit(came, number))
    }
  }
  /** → those that are new in the row. */
  private add(contract: string, day: number, kind: string, numbers: readonly number[]): number[] {
    if (numbers.length === 0) return []
    let bits = this.bits(contract, day, kind)
    const fresh = numbers.filter((number) => !hasBit(bits, number))
    for (const number of fresh) bits = withBit(bits, number)
    if (fresh.length > 0) this.put(contract, day, kind, bits)
    return fresh
  }
  private bits(contract: string, day: number, kind: string): Bits {
    const [row] = this.tables.read<{ bits: ArrayBuffer }>(
      `SELECT bits FROM subject_days WHERE contract = ? AND day = ? AND kind = ?`,
      ...[contract, day, kind],
    )
    return row ? new Uint8Array(row.bits) : noBits()
  }
  private put(contract: string, day: number, kind: string, bits: Bits): void {
    this.tables.write(
      'completeness',
      `INSERT INTO subject_days VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET bits = excluded.bits`,
      ...[contract, day, kind, bits],
    )
  }

  /** Of the days that are due, the last `length`. */
  days(contract: string, types: readonly DataType[], length: number, now: number): SubjectDays[] {
    const until = lastDue(now)
    const rows = this.rows(contract)
    let expected = noBits()
    const found: SubjectDays[] = []
    const days = new Set([...rows.keys(), ...Array.from({ length }, (_, i) => until - i)])
    for (const day of [...days].sort((a, b) => a - b)) {
      const row = rows.get(day)
      // Who ends and comes again on one day is here again.
      if (row?.[ENDED]) expected = without(expected, row[ENDED])
      if (day > until - length && day <= until) {
        const present = types.reduce((sum, type) => sum + countBoth(row?.[type] ?? noBits(), expected), 0)
        found.push({ day, present, expected: countBits(expected) * types.length })
      }
      if (row?.[CAME]) expected = union(expected, row[CAME])
    }
    return found
  }
  private rows(contract: string): Map<number, Record<string, Bits>> {
    const days = new Map<number, Record<string, Bits>>()
    const rows = this.tables.read<{ day: number; kind: string; bits: ArrayBuffer }>(
      `SELECT day, kind, bits FROM subject_days WHERE contract = ?`,
      contract,
    )
    for (const { day, kind, bits } of rows) {
      const row = days.get(day) ?? {}
      row[kind] = new Uint8Array(bits)
      days.set(day, row)
    }
    return days
  }

  /** Days that are older than any window go; who was expected then is remembered together. */
  sweep(contract: string, now: number): void {
    const oldest = Math.floor(now / DAY_MS) - SUBJECT_DAYS - 1
    const rows = this.rows(contract)
    const old = [...rows.keys()].filter((day) => day > BEFORE && day < oldest).sort((a, b) => a - b)
    if (old.length === 0) return
    let expected = rows.get(BEFORE)?.[CAME] ?? noBits()
    for (const day of old) {
      const row = rows.get(day)!
      if (row[ENDED]) expected = without(expected, row[ENDED])
      if (row[CAME]) expected = union(expected, row[CAME])
    }
    this.put(contract, BEFORE, CAME, expected)
    this.tables.write(
      'completeness',
      `DELETE FROM subject_days WHERE contract = ? AND day > ? AND day < ?`,
      contract,
      BEFORE,
      oldest,
    )
  }
}
