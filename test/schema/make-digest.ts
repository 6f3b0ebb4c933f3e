import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { digest, publishedShapes } from './reference.ts'

/** Writes the digest of the published schemas: `REFERENCE_DIR=… node test/schema/make-digest.ts`. */
const shapes = publishedShapes(join(process.env.REFERENCE_DIR!, 'specs/schemas'))
writeFileSync(
  join(import.meta.dirname, '../fixtures/schema-digest.json'),
  `${JSON.stringify(digest(shapes), null, 2)}\n`,
)
