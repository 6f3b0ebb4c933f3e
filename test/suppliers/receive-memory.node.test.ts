import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { INTAKE } from '../../shared/base/supply-limits.ts'

const PACKED_MB = 50
/** A heap in which not even a tenth of what comes has room. */
const FLAGS = ['--expose-gc', '--max-old-space-size=32', '--max-semi-space-size=1']
/** Pieces under way and the one that is made, each with its packed and sealed copy, and 4 MB for what unpacks and cuts them. */
const HELD_MB = (2 * (INTAKE.piecesUnderWay + 1) * INTAKE.pieceBytes) / 1e6 + 4

test('a batch of hundreds of megabytes goes through a heap of 32, and a few are held of it at any time', async () => {
  const file = join(import.meta.dirname, 'receive-memory.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, file, `${PACKED_MB}`])
  const measured = JSON.parse(stdout) as Record<string, number>
  console.log(measured)
  expect(measured.unpacked_mb).toBeGreaterThan(5 * PACKED_MB)
  expect(measured.records).toBe(measured.sent)
  expect(measured.most_under_way).toBeLessThanOrEqual(INTAKE.piecesUnderWay)
  expect(measured.held_mb).toBeLessThan(HELD_MB)
}, 60_000)
