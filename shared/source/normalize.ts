import { parseJson } from './big-numbers.ts'
import type { ProviderDefinition } from './define.ts'
import { decodeFetched, FileRefused, type Files, fileMap, fileResource } from './file.ts'
import { NOWHERE, placeRecord, readMapped } from './make-record.ts'
import type { Gathered, RecordMap, ResourceMap } from './map.ts'
import { fromNotice } from './notice.ts'
import { type Context, goTo, type Item, pointer, Unreadable } from './reader.ts'
import type { LifecycleNotice, NormalizedRecord, QuarantinedItem } from './record.ts'
import { hasId, mint } from './record-id.ts'
import { superseded } from './sources.ts'

export interface Normalized {
  records: NormalizedRecord[]
  quarantined: QuarantinedItem[]
  notices: LifecycleNotice[]
}
export interface Payload {
  resource: string
  kind: 'push' | 'notice' | 'fetched'
  body: string
  /** Whose data: part of the ids that are made. */
  user_id: string
}

/** Text before a fetched answer that goes with what was known when it was asked for. */
export const CARRIED = '{"carried":'

/** Pure: what a payload's items become. A broken item is quarantined alone, the rest goes on. */
export function normalizePayload(provider: ProviderDefinition, payload: Payload, files: Files = {}): Normalized {
  const out: Normalized = { records: [], quarantined: [], notices: [] }
  let page: Item
  try {
    page = parseJson(payload.body)
  } catch {
    out.quarantined.push({ path: '', reason: 'the payload is not JSON' })
    return out
  }
  // What was fetched is data, whatever notifications go by the same name.
  if (payload.kind === 'notice' || (payload.kind === 'push' && provider.webhook?.lifecycle?.[payload.resource]))
    return fromNotice(provider, payload, page)
  const uploaded = fileMap(files, payload.resource)
  const map = uploaded ?? provider.maps[payload.resource]
  if (!map) {
    out.quarantined.push({ path: '', reason: `no map for the resource ${payload.resource}` })
    return out
  }
  const wrapped = payload.kind === 'fetched' && payload.body.startsWith(CARRIED)
  const context: Context = {
    page: wrapped ? page.page : page,
    carried: wrapped ? page.carried : undefined,
    parent: undefined,
    frame: NOWHERE,
    report: () => {},
  }
  const work = { provider, payload, map, context, out }
  if (map.file) readFile(work, files, map.file.id)
  else if (uploaded) readPage(work)
  else readItems(work)
  return out
}

/** A page of a file, and what its file's reader could not read of it. */
function readPage(work: Work): void {
  readItems(work)
  const damage: unknown = (work.context.page as Item)?.damage
  if (Array.isArray(damage))
    for (const reason of damage) work.out.quarantined.push({ path: '', reason: String(reason) })
}
/** A provider's file: each page by its format's map, under the key of the provider's own item. */
function readFile(work: Work, files: Files, idPath: string): void {
  const id = goTo(idPath)(work.context.page, work.context)
  try {
    if (id === undefined) throw new FileRefused(`${idPath} should say which item the file belongs to`)
    const { file, pages } = decodeFetched(files, work.context.page)
    for (const { resource, page } of pages) {
      const map = file.maps[resource]
      if (!map) throw new FileRefused(`no map for the resource ${resource} of ${file.name}`)
      const payload = { ...work.payload, resource: fileResource(file, resource) }
      readPage({ ...work, payload, map, context: { ...work.context, page }, key: String(id) })
    }
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error
    work.out.quarantined.push({ path: '', reason: error.message })
  }
}

interface Work {
  provider: ProviderDefinition
  payload: Payload
  map: ResourceMap
  context: Context
  out: Normalized
  /** The key of a record that a file of a provider tells. */
  key?: string
}

function readItems(work: Work): void {
  const { map, context, out } = work
  const found = itemsOf(map, context.page)
  if (!found) {
    out.quarantined.push({ path: `/${pointer(map.items)}`, reason: `${map.items} should be a list` })
    return
  }
  const quarantine = (path: string, reason: string) => out.quarantined.push({ path, reason })
  if (map.gather) {
    const gathered = map.gather(
      found.items,
      (index, error) => quarantine(`${found.path}/${index}/${pointer(error.path)}`, error.message),
      context,
    )
    for (const item of gathered)
      readItem(work, item, (path, reason) => quarantine(`${found.path}/${originOf(item, path)}`, reason))
    return
  }
  const old = map.newest && superseded(found.items, map.newest)
  for (let i = 0; i < found.items.length; i++) {
    if (old?.has(i)) continue
    const at = found.whole ? '' : `${found.path}/${i}`
    readItem(work, found.items[i], (path, reason) => quarantine(path === '' ? at : `${at}/${path}`, reason))
  }
}

const originOf = (item: Gathered, path: string): string =>
  item.origin?.(path) ?? path.replace(/^slices\/(\d+)/, (_, i) => String(item.indexes[i]))

/** `whole`: the payload itself is the one item. */
function itemsOf(map: ResourceMap, page: Item): { items: Item[]; path: string; whole?: true } | undefined {
  if (Array.isArray(page)) return { items: page, path: '' }
  if (map.items === '') return { items: [page], path: '', whole: true }
  const items = goTo(map.items)(page)
  if (Array.isArray(items)) return { items, path: `/${pointer(map.items)}` }
  if (items !== undefined) return undefined
  return map.single && page !== null ? { items: [page], path: '', whole: true } : { items: [], path: '' }
}

/** All records of an item, or none and a reason. */
function readItem(work: Work, item: Item, report: (path: string, reason: string) => void): void {
  const { map, context, out } = work
  if (typeof item !== 'object' || item === null) {
    report('', 'the item should be an object')
    return
  }
  const before = out.records.length
  context.report = report
  try {
    for (const record of map.records) {
      const { each } = record.options
      if (each === undefined) {
        context.parent = undefined
        readRecord(work, record, item)
      } else {
        const inner = goTo(each)(item)
        if (inner === undefined) continue
        if (!Array.isArray(inner)) throw new Unreadable(each, `${each} should be a list`)
        context.parent = item
        for (let i = 0; i < inner.length; i++) readInner(work, record, inner[i], `${pointer(each)}/${i}`)
      }
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    out.records.length = before
    report(pointer(error.path), error.message)
  }
}
function readInner(work: Work, record: RecordMap, item: Item, path: string): void {
  try {
    readRecord(work, record, item)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    throw new Unreadable(`${path}/${pointer(error.path)}`, error.message)
  }
}

function readRecord(work: Work, record: RecordMap, item: Item): void {
  const { payload, context, out } = work
  const { type, options } = record
  context.frame = NOWHERE
  if (options.gone?.(item, context)) {
    takeBack(work, record, item)
    return
  }
  const found = readMapped(record, item, context)
  if (!found) return
  const { frame, read } = found
  const { startAt, endAt, key, slice } = frame
  const summary_id = hasId(type) ? idOf(work, type, key) : key
  placeRecord(type, frame, read, summary_id)
  const name = options.part ?? payload.resource
  const part = slice === undefined ? name : `${name}:${slice}`
  out.records.push({ type, summary_id, part, data: read, startAt, endAt })
}
/** A file of a provider's item is about that item; of several sessions in it, the first is. */
function idOf({ provider, payload, out, key }: Work, type: string, own: string): string {
  const id = mint(provider.slug, payload.user_id, type, key ?? own)
  const taken = key !== undefined && out.records.some((one) => one.type === type && one.summary_id === id)
  return taken ? mint(provider.slug, payload.user_id, type, `${key}/${own}`) : id
}
/** An item that says it is gone: a tombstone under its key. */
function takeBack({ provider, payload, context, out }: Work, { type, place, options }: RecordMap, item: Item): void {
  const key = place.key?.(item, context)
  if (key === undefined) throw new Unreadable('', 'the item says that it is gone, but not which one it is')
  const summary_id = hasId(type) ? mint(provider.slug, payload.user_id, type, key) : key
  const part = options.part ?? payload.resource
  out.records.push({ type, summary_id, part, data: undefined, startAt: 0, endAt: 0 })
}
