import { payloadTable, printed, referenceFolder } from './payload-table.ts'

if (!referenceFolder) throw new Error('set REFERENCE_DIR to the folder of the reference data')
const table = await payloadTable(referenceFolder)
process.stdout.write(`${printed(table)}\n`)
const wrong = table.rows.some(({ problems }) => problems.length > 0) || table.missing.length > 0
process.exitCode = wrong ? 1 : 0
