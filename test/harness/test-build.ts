import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { buildWithCrashPoints } from './runtime.ts'

const ROOT = join(import.meta.dirname, '..', '..')

/** The product as a test build; → the bundle's path. All files of a run share the one that the first of them makes. */
export async function testBuild(): Promise<string> {
  const made = join(inject('runFolder'), 'build')
  if (!existsSync(made)) {
    const fresh = mkdtempSync(`${made}-`)
    await buildWithCrashPoints(ROOT, fresh)
    // Whole or not at all; where two made it at once, one is enough.
    if (existsSync(made)) rmSync(fresh, { recursive: true, force: true })
    else renameSync(fresh, made)
  }
  return join(made, 'index.js')
}
