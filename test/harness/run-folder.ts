import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** What the files of one run share: gone when the run is over. */
    runFolder: string
  }
}

/** Before the first file of a run, and after the last: `globalSetup` in vitest.config.ts. */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'fascia-run-'))
  project.provide('runFolder', folder)
  // While somebody watches, the sources change between two runs.
  project.onTestsRerun(() => rmSync(join(folder, 'build'), { recursive: true, force: true }))
  return () => rmSync(folder, { recursive: true, force: true })
}
