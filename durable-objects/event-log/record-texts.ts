import { text } from '../../shared/base/bytes.ts'
import { sha256 } from '../../shared/base/hash.ts'
import { INLINE_BODY_BYTES } from '../../shared/base/limits.ts'
import { unseal } from '../../shared/base/seal.ts'
import type { Cell } from './cell.ts'
import type { ColdPlace } from './cold-stubs.ts'
import { recordContext, sealText, unsealText } from './keys.ts'
import type { RecordRow } from './records.ts'

/** Bytes of recent contents kept in memory, so that what was just appended is not opened again. */
const KEPT_BYTES = 8 * 1024 * 1024

/** The contents of records: sealed in the row, or as claim checks in object storage. */
export class RecordTexts {
  private readonly recent = new Map<number, { text: string; row: RecordRow }>()
  private kept = 0
  private readonly cell: Cell
  constructor(cell: Cell) {
    this.cell = cell
  }

  /** Seals a body for its row; a large one is put into object storage first and only named. */
  async store(connection: number, type: number, summaryId: string, body: string, hash: string) {
    const key = this.cell.keys.forRecord(connection, type)
    if (!key) return undefined
    const sealed = sealText(key, body, recordContext(connection, type, summaryId))
    if (sealed.length <= INLINE_BODY_BYTES) return { body: sealed, large: null }
    const large = this.largeName(connection, type, summaryId, hash)
    await this.cell.env.RAW.put(large, sealed)
    return { body: null, large }
  }

  /** Of its record too: what is sealed for one record does not open as another's. */
  largeName(connection: number, type: number, summaryId: string, hash: string): string {
    return `bodies/${this.cell.name}/${connection}/${sha256(`${type}/${summaryId}/${hash}`).slice(0, 32)}`
  }

  remember(seq: number, text: string, row: RecordRow): void {
    // Its sealed body is on disk; nobody needs it here.
    this.recent.set(seq, { text, row: { ...row, body: null } })
    this.kept += text.length
    for (const [oldest, { text }] of this.recent) {
      if (this.kept <= KEPT_BYTES) break
      this.recent.delete(oldest)
      this.kept -= text.length
    }
  }
  /** The row of a seq that was appended lately, without its sealed body. */
  recentRow(seq: number): RecordRow | undefined {
    return this.recent.get(seq)?.row
  }

  /** The content of a row; undefined: deleted by the source, or its key is destroyed. Keys must be loaded. */
  async read(row: RecordRow): Promise<string | undefined> {
    const recent = this.recent.get(row.seq)
    if (recent !== undefined) return recent.text
    const key = this.cell.keys.forRecord(row.connection, row.type)
    if (!key || (!row.body && !row.large && !row.cold?.length)) return undefined
    const context = recordContext(row.connection, row.type, row.summary_id)
    if (row.body) return unsealText(key, new Uint8Array(row.body as ArrayBuffer), context)
    if (row.cold?.length) {
      const sealed = await this.cell.coldObjects.sealed(row.cold)
      return sealed ? unsealText(key, sealed, context) : this.readAgain(row, row.cold)
    }
    const stored = await this.cell.env.RAW.get(row.large!)
    if (!stored) throw new Error(`large body ${row.large} is not in object storage`)
    return text(unseal(key, new Uint8Array(await stored.arrayBuffer()), context))
  }

  /** Its content is not where it was: another object has it, or it is a row again. undefined: there is newer content. */
  private async readAgain(row: RecordRow, { object }: ColdPlace): Promise<string | undefined> {
    const now = this.cell.record(row.connection, row.type, row.summary_id)
    // Where its connection was erased meanwhile, nothing of it is found.
    if (now?.seq !== row.seq) return undefined
    if (now.cold?.object !== object) return this.read(now)
    throw new Error(`cold history ${object} is not in object storage`)
  }
}
