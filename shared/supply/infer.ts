import { z } from '../base/zod.ts'
import { DATA_TYPES, type DataType, NATURAL_KEY } from '../schema/data-types.ts'
import { ContractDocument } from './document.ts'
import { fieldsGuessed } from './infer/fields.ts'
import { leavesOf } from './infer/leaves.ts'
import { placeGuessed } from './infer/place.ts'
import { schemaOf } from './infer/schema.ts'
import { lintContract } from './lint.ts'

export const InferInput = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,62}$/)
    .describe('Name of the contract'),
  type: z.enum(DATA_TYPES).describe('What a record becomes'),
  samples: z
    .array(z.record(z.string(), z.unknown()))
    .min(1)
    .max(1_000)
    .describe('Records as you would send them; more tell better what may be missing'),
})
export type InferInput = z.infer<typeof InferInput>
export const Inferred = z.object({
  document: ContractDocument,
  notes: z.array(z.string()).describe('What was guessed, and what was not found'),
})
export type Inferred = z.infer<typeof Inferred>

/** A start of a contract. It names nothing of a person: values of samples are in it only where they are words of a list. */
export function inferContract({ name, type, samples }: InferInput): Inferred {
  const leaves = leavesOf(samples)
  const notes: string[] = []
  const subject = subjectIn(leaves.map(({ path }) => path))
  notes.push(
    subject
      ? `${subject} is taken for the name of the person`
      : 'no field looks like the name of a person; say in "identity" which it is',
  )
  const placed = placeGuessed(type as DataType, NATURAL_KEY[type], leaves)
  notes.push(...placed.notes)
  const used = new Set([...placed.used, ...(subject ? [subject] : [])])
  const fields = fieldsGuessed(
    type,
    leaves.filter(({ path }) => !used.has(path)),
  )
  notes.push(...fields.notes)
  const document = ContractDocument.parse({
    name,
    version: '1.0',
    schema: schemaOf(samples, used),
    mapping: { rules: [{ type, place: placed.place, fields: fields.fields }] },
    identity: { subject: subject ?? 'subject' },
    ...(placed.local && { time: { offsets: 'local' } }),
  })
  const findings = lintContract(document).map(({ pointer, message }) => `${pointer}: ${message}`)
  return { document, notes: [...notes, ...findings] }
}

const SUBJECT =
  /(^|[._])(subject|patient|participant|person|member|user|customer|client|pseudonym)(_?(id|ref|uuid|code|key|number|no))?$/
/** The shortest path of those that are named so: what is at the top is the record's own. */
const subjectIn = (paths: string[]): string | undefined =>
  paths.filter((path) => SUBJECT.test(snake(path))).sort((a, b) => a.split('.').length - b.split('.').length)[0]
const snake = (path: string): string => path.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase()
