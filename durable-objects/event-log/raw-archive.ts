import { concat } from '../../shared/base/bytes.ts'
import type { Cell } from './cell.ts'
import { type PayloadAbout, unpack } from './inbox.ts'

/** A payload as it came, still sealed. */
export interface RawPayload {
  about: PayloadAbout
  sealed: Uint8Array
}
interface Segment {
  name: string
  first: number
  last: number
}

/** What a cell kept of what came in: segments in object storage, and the inbox's rows that are in none yet. */
export class RawArchive {
  private segments: Segment[] = []
  /** The one that was read last: it is taken in several turns. */
  private opened: { name: string; payloads: RawPayload[] } | undefined
  private readonly cell: Cell
  constructor(cell: Cell) {
    this.cell = cell
  }

  /** The next payloads after a number, in order, as many as lie together; undefined: there are none. */
  async after(number: number): Promise<RawPayload[] | undefined> {
    for (;;) {
      if (!this.holding(number)) await this.list()
      const segment = this.holding(number)
      if (segment) {
        const payloads = (await this.open(segment)).filter(({ about }) => about.number > number)
        if (payloads.length > 0) return payloads
        number = segment.last
        continue
      }
      // Between the list and here nothing was archived that is not in it.
      const archivedTo = Number(this.cell.tables.meta('archived_to') ?? 0)
      if (archivedTo > Math.max(number, this.segments.at(-1)?.last ?? 0)) continue
      const rows = this.cell.inbox.rowsAfter(number).map((row) => this.cell.inbox.packed(row))
      const payloads = gather(rows).filter(({ about }) => about.number > number)
      return payloads.length > 0 ? payloads : undefined
    }
  }
  /** One payload; undefined: it is not kept. */
  async one(number: number): Promise<RawPayload | undefined> {
    const found = await this.after(number - 1)
    return found?.find(({ about }) => about.number === number)
  }

  private holding(number: number): Segment | undefined {
    return this.segments.find(({ last }) => last > number)
  }
  private async list(): Promise<void> {
    const prefix = `raw/${this.cell.name}/`
    const found: Segment[] = []
    for (let cursor: string | undefined; ; ) {
      const page = await this.cell.env.RAW.list({ prefix, cursor })
      for (const { key } of page.objects) {
        const [first, last] = key.slice(prefix.length).split('-').map(Number)
        found.push({ name: key, first: first!, last: last! })
      }
      if (!page.truncated) break
      cursor = page.cursor
    }
    this.segments = found.sort((a, b) => a.first - b.first)
  }
  private async open({ name }: Segment): Promise<RawPayload[]> {
    if (this.opened?.name === name) return this.opened.payloads
    const stored = await this.cell.env.RAW.get(name)
    if (!stored) throw new Error(`segment ${name} is not in object storage`)
    const payloads = gather(rowsOf(new Uint8Array(await stored.arrayBuffer())))
    this.opened = { name, payloads }
    return payloads
  }
}

function rowsOf(segment: Uint8Array): Uint8Array[] {
  const view = new DataView(segment.buffer, segment.byteOffset)
  const rows: Uint8Array[] = []
  for (let at = 0; at < segment.length; ) {
    const length = view.getUint32(at)
    rows.push(segment.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return rows
}
/** Large payloads lie in several rows. */
function gather(rows: Uint8Array[]): RawPayload[] {
  const byNumber = new Map<number, { about: PayloadAbout; pieces: Uint8Array[] }>()
  for (const row of rows)
    for (const { about, at, size } of unpack(row)) {
      const found = byNumber.get(about.number) ?? { about, pieces: [] }
      found.pieces.push(row.subarray(at, at + size))
      byNumber.set(about.number, found)
    }
  return [...byNumber.values()]
    .map(({ about, pieces }) => ({ about, sealed: concat(...pieces) }))
    .sort((a, b) => a.about.number - b.about.number)
}
