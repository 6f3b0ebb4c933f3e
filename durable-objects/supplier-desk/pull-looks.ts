import { sealJson } from '../../shared/access/vault.ts'
import { PULL } from '../../shared/base/supply-limits.ts'
import { MINUTE_MS } from '../../shared/base/time.ts'
import { type ObjectName, objectHash, pulledContext } from '../../shared/supply/pulled.ts'
import type { PullResult } from '../pull-api.ts'
import { keyOfSupplier } from '../supplier-key.ts'
import type { Desk } from './desk.ts'
import type { PullRow, PullRows } from './pull-rows.ts'
import type { PullTrouble } from './pull-trouble.ts'

type Looked = Extract<PullResult, { kind: 'looked' }>

/** What looks at a prefix find, page by page, and what is remembered of it. */
export class PullLooks {
  private readonly desk: Desk
  private readonly rows: PullRows
  private readonly trouble: PullTrouble

  constructor(desk: Desk, rows: PullRows, trouble: PullTrouble) {
    this.desk = desk
    this.rows = rows
    this.trouble = trouble
  }

  /** Inside a transaction. */
  saw(row: PullRow, { objects, next }: Looked): void {
    this.found(row, objects)
    const { about } = row
    const { list } = about
    // What is looked for became another meanwhile: the list is begun anew.
    if (!list) return
    const pages = list.pages + 1
    if (next !== undefined && pages >= PULL.pages) {
      const problem = `the list of the prefix has more than ${PULL.pages * PULL.pageKeys} keys; name a longer prefix`
      this.trouble.later(row, undefined, { kind: 'later', problem })
      return
    }
    if (next !== undefined) this.rows.put({ ...row, about: { ...about, list: { ...list, from: next, pages } } })
    else this.ended(row, list.begunAt, pages)
  }
  /** What is older than what is remembered was seen: known again it could not be. */
  private found({ pull_id, about: { settings, seen_before } }: PullRow, objects: Looked['objects']): void {
    const from = Math.max(settings.since ?? 0, seen_before)
    const key = keyOfSupplier(this.desk.env, this.desk.address)
    for (const object of objects) {
      const { key: name, etag, bytes, modifiedAt } = object
      if (modifiedAt < from || bytes === 0 || !name.endsWith(settings.suffix)) continue
      const hash = objectHash(key, object)
      const sealed = () => sealJson(key, { key: name, etag, bytes } satisfies ObjectName, pulledContext(pull_id, hash))
      this.rows.found(pull_id, hash, modifiedAt, sealed)
    }
  }
  /** All of it was seen. */
  private ended(row: PullRow, begunAt: number, pages: number): void {
    const { pull_id, about } = row
    const { settings, seen_before } = about
    this.rows.forget(pull_id, seen_before, pages * PULL.pageKeys)
    const now = this.desk.now()
    // By the world's clock, as the store's: the sandbox's may be ahead.
    const seen = Math.max(seen_before, begunAt - PULL.rememberedMs)
    const seenAll = { ...about, list: null, looked_at: now, seen_before: seen }
    this.rows.put(
      this.trouble.over({ ...row, due_at: now + settings.every_minutes * MINUTE_MS, about: seenAll }, 'look'),
    )
  }
}
