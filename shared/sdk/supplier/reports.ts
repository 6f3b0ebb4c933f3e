import type { Caller } from './caller.ts'
import { SupplierError } from './supplier-error.ts'
import { type Batch, ENDED, type OutcomeName, type ReportLine } from './wire.ts'

export interface Waiting {
  /** Longer than this nobody waits for a batch to end, ms. */
  timeoutMs?: number
  onProgress?(batch: Batch): void
}

const FIRST_LOOK_MS = 100
const LONGEST_LOOK_MS = 3_000
const WAIT_MS = 10 * 60_000

export const pathOfBatch = (batchId: string) => `/v2/supplier/batches/${encodeURIComponent(batchId)}`
export const batchOf = (caller: Caller, batchId: string): Promise<Batch> =>
  caller.json<Batch>({ method: 'GET', path: pathOfBatch(batchId), repeatable: true })

/** Until it has ended, whatever it came to. */
export async function ended(
  caller: Caller,
  batchId: string,
  { timeoutMs = WAIT_MS, onProgress }: Waiting = {},
): Promise<Batch> {
  const until = caller.now() + timeoutMs
  for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(lookMs * 1.5, LONGEST_LOOK_MS)) {
    const batch = await batchOf(caller, batchId)
    onProgress?.(batch)
    if (ENDED.includes(batch.state)) return batch
    if (caller.now() + lookMs > until)
      throw new SupplierError(`waiting for ${batchId}`, {
        status: 0,
        problem: { code: 'still_running', detail: `it is ${batch.state} after ${timeoutMs} ms; ask again later` },
      })
    await caller.wait(lookMs)
  }
}

/** The report's lines as they come, one a record. */
export async function* reportOf(
  caller: Caller,
  batchId: string,
  { outcome }: { outcome?: OutcomeName } = {},
): AsyncGenerator<ReportLine> {
  const response = await caller.send({
    method: 'GET',
    path: `${pathOfBatch(batchId)}/report`,
    query: { outcome },
    headers: { accept: 'application/x-ndjson' },
    repeatable: true,
    streamed: true,
  })
  for await (const line of linesOf(response.body!)) yield JSON.parse(line) as ReportLine
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true })
      const lines = rest.split('\n')
      rest = lines.pop()!
      for (const line of lines) if (line.trim() !== '') yield line
      if (done) break
    }
    if (rest.trim() !== '') yield rest
  } finally {
    // Whoever stops reading early ends the answer.
    await reader.cancel()
  }
}
