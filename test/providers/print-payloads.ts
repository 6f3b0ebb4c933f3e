import { payloadTable, printed, referenceFolder } from './payload-table.ts'

if (!referenceFolder) {
  process.stderr.write(
    'payloads: set REFERENCE_DIR to the folder of the reference data, in which providers/manifest.json is\n',
  )
  process.exit(2)
}
const table = await payloadTable(referenceFolder)
process.stdout.write(`${printed(table)}\n`)
const wrong = table.rows.some(({ problems }) => problems.length > 0) || table.missing.length > 0
process.exitCode = wrong ? 1 : 0
