import type { Env } from '../../durable-objects/env.ts'
import { keyOfSupplier } from '../../durable-objects/supplier-key.ts'
import { concat, utf8 } from '../../shared/base/bytes.ts'
import { seal, unseal } from '../../shared/base/seal.ts'
import { INTAKE } from '../../shared/base/supply-limits.ts'
import { batchFolder, type DeskAddress } from '../../shared/supply/desk.ts'
import { FAULT_MARK, type Framed, RECORD_FAULTS, type RecordFault } from '../../shared/supply/gather.ts'

/**
 * A batch's records on their way from the door to whoever works at them: pieces in object storage, each sealed with its
 * supplier's key for its own name. A piece is a line for each record; one of a mark and a word stands for what is no record.
 */
export type PieceRecord = { line: number; text: string } | { line: number; fault: RecordFault }

/** Counts from 0. The name is what a piece is sealed for: pieces cannot change places. */
const pieceName = (desk: DeskAddress, batchId: string, piece: number): string => `${batchFolder(desk, batchId)}${piece}`

const LINE_END = Uint8Array.of(0x0a)
const MARKERS = Object.fromEntries(
  RECORD_FAULTS.map((fault) => [fault, concat(Uint8Array.of(FAULT_MARK), utf8(fault))]),
) as Record<RecordFault, Uint8Array>

/** Makes pieces of records as they come; some are on their way at a time, so that the sender is not kept waiting. */
export class PieceWriter {
  /** Records of each piece, in order. */
  readonly pieces: number[] = []
  private readonly underWay = new Set<Promise<void>>()
  private failed: unknown
  private lines: Uint8Array[] = []
  private bytes = 0
  private readonly env: Env
  private readonly key: Uint8Array
  private readonly desk: DeskAddress
  private readonly batchId: string

  constructor(env: Env, desk: DeskAddress, batchId: string) {
    this.env = env
    this.key = keyOfSupplier(env, desk)
    this.desk = desk
    this.batchId = batchId
  }

  async add(records: Framed[]): Promise<void> {
    for (const record of records) {
      const line = typeof record === 'string' ? MARKERS[record] : record
      const full = this.bytes + line.length + 1 > INTAKE.pieceBytes || this.lines.length / 2 >= INTAKE.pieceRecords
      if (full && this.lines.length > 0) await this.flush()
      this.lines.push(line, LINE_END)
      this.bytes += line.length + 1
    }
  }
  /** All of them are stored. */
  async end(): Promise<number[]> {
    if (this.lines.length > 0) await this.flush()
    await Promise.all(this.underWay)
    if (this.failed !== undefined) throw this.failed
    return this.pieces
  }
  /** Nothing more comes; what is under way is done, so that it can be deleted. */
  async stop(): Promise<void> {
    await Promise.all(this.underWay)
  }

  private async flush(): Promise<void> {
    const name = pieceName(this.desk, this.batchId, this.pieces.length)
    const sealed = seal(this.key, concat(...this.lines), name)
    this.pieces.push(this.lines.length / 2)
    this.lines = []
    this.bytes = 0
    const put: Promise<void> = this.env.RAW.put(name, sealed)
      .then(
        () => {},
        (error) => {
          this.failed ??= error
        },
      )
      .finally(() => this.underWay.delete(put))
    this.underWay.add(put)
    if (this.underWay.size >= INTAKE.piecesUnderWay) await Promise.race(this.underWay)
    if (this.failed !== undefined) throw this.failed
  }
}

/** undefined: it is not there any more. `firstLine`: the number that its first record has in the batch. */
export async function readPiece(
  env: Env,
  desk: DeskAddress,
  batchId: string,
  piece: number,
  firstLine: number,
): Promise<PieceRecord[] | undefined> {
  const name = pieceName(desk, batchId, piece)
  const stored = await env.RAW.get(name)
  if (!stored) return undefined
  const lines = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    .decode(unseal(keyOfSupplier(env, desk), new Uint8Array(await stored.arrayBuffer()), name))
    .split('\n')
  // Each line has its end.
  lines.pop()
  return lines.map((text, i) => {
    const line = firstLine + i
    return text.charCodeAt(0) === FAULT_MARK ? { line, fault: text.slice(1) as RecordFault } : { line, text }
  })
}
