import { z } from '../base/zod.ts'
import { type Flat, flatten, ownField } from './compatibility/flat.ts'
import { readPaths, stepsOf } from './compatibility/reads.ts'
import { type Schema, type Side, sideOf } from './compatibility/side.ts'
import { contractProblems } from './compile.ts'
import { ContractDocument, type ContractField } from './document.ts'
import { escaped } from './pointer.ts'

/** What is wrong with a contract, or likely not meant. */
export const Finding = z.object({
  level: z.enum(['error', 'warning']).describe('With an error it cannot go into review'),
  pointer: z.string().describe('JSON pointer within the document'),
  message: z.string(),
})
export type Finding = z.infer<typeof Finding>

/** Everything there is to say of a document, errors first. Pure. */
export function lintContract(given: unknown): Finding[] {
  const parsed = ContractDocument.safeParse(given)
  if (!parsed.success)
    return parsed.error.issues.map(({ path, message }) =>
      error(`/${path.map((step) => escaped(String(step))).join('/')}`, message),
    )
  const problems = contractProblems(parsed.data).map(({ pointer, message }) => error(pointer, message))
  // What cannot be read is not looked into further.
  return problems.length > 0 ? problems : warnings(parsed.data)
}
export const errorsOf = (findings: Finding[]): Finding[] => findings.filter(({ level }) => level === 'error')

const error = (pointer: string, message: string): Finding => ({ level: 'error', pointer, message })
const warn = (pointer: string, message: string): Finding => ({ level: 'warning', pointer, message })

function warnings(document: ContractDocument): Finding[] {
  const side = sideOf(document.schema)
  const found: Finding[] = []
  const { identity, mapping, slas } = document
  const paths = [
    ...readPaths(document),
    ...Object.entries({
      subject: identity.subject,
      reference_id: identity.reference_id,
      consent: identity.consent,
    }).flatMap(([name, path]) =>
      path === undefined ? [] : [{ pointer: `/identity/${name}`, path, needed: name !== 'reference_id' }],
    ),
  ]
  for (const { pointer, path, needed } of paths) {
    const { named, always, closed } = lookUp(side, path)
    if (!named)
      found.push(
        closed
          ? error(pointer, `the schema refuses a field ${path}; it can never be read`)
          : warn(pointer, `the schema does not name ${path}; is it spelled so?`),
      )
    else if (needed && !always)
      found.push(
        warn(
          pointer,
          `the schema does not ask for ${path}; a record without it is good by the schema and quarantined or refused after`,
        ),
      )
  }
  if ('rules' in mapping)
    for (const [i, { place, fields }] of mapping.rules.entries()) {
      if ('session' in place && !place.session.id && !place.session.keys)
        found.push(
          warn(
            `/mapping/rules/${i}/place/session`,
            'without "id" or "keys" a session is known by its start: one whose start is corrected is another one',
          ),
        )
      for (const [target, field] of Object.entries(fields))
        found.push(...wordFindings(side, field, `/mapping/rules/${i}/fields/${escaped(target)}`))
    }
  if (identity.consent === undefined)
    found.push(warn('/identity', 'records name no consent; a subject’s consent then has to be told with the subject'))
  const { freshness_p95_seconds, completeness, validity_share, duplicate_share, volume } = slas
  if (![freshness_p95_seconds, completeness, validity_share, duplicate_share, volume].some((one) => one !== undefined))
    found.push(
      warn(
        '/slas',
        'nothing is promised; at least a freshness and a share of good records tell when something is wrong',
      ),
    )
  return found.sort((a, b) => Number(a.level === 'warning') - Number(b.level === 'warning'))
}

/** Words of the schema that a table has no meaning for, and the other way round. */
function wordFindings(side: Side, field: ContractField, pointer: string): Finding[] {
  if (!('words' in field)) return []
  const { values } = at(side, stepsOf(field.path.split('|')[0]!))?.flat ?? {}
  if (!values) return []
  const known = Object.keys(field.words)
  const words = values.filter((value) => typeof value === 'string' || typeof value === 'number').map(String)
  const meaningless = words.filter((word) => !known.some((one) => one.toLowerCase() === word.toLowerCase()))
  const unsaid = known.filter((one) => !words.some((word) => word.toLowerCase() === one.toLowerCase()))
  return [
    ...(meaningless.length > 0 && field.otherwise === undefined
      ? [
          warn(
            `${pointer}/words`,
            `the schema allows ${meaningless.map((one) => JSON.stringify(one)).join(', ')}, which have no meaning here and are left out`,
          ),
        ]
      : []),
    ...(unsaid.length > 0
      ? [warn(`${pointer}/words`, `the schema never allows ${unsaid.map((one) => JSON.stringify(one)).join(', ')}`)]
      : []),
  ]
}

/** Of alternatives (`a|b`) one is enough. */
function lookUp(side: Side, path: string): { named: boolean; always: boolean; closed: boolean } {
  // Kit's own steps ([], {}, [a=b]) are not looked into.
  const all = path.split('|').map((one) => (/[[{]/.test(one) ? undefined : at(side, stepsOf(one))))
  if (all.includes(undefined)) return { named: true, always: true, closed: false }
  return {
    named: all.some((one) => one!.named),
    always: all.some((one) => one!.always),
    closed: all.every((one) => one!.closed),
  }
}

interface Place {
  flat: Flat
  named: boolean
  always: boolean
  closed: boolean
}
function at(side: Side, steps: string[]): Place | undefined {
  let place: Place = { flat: flatten([side.root], side), named: true, always: true, closed: false }
  for (const step of steps) {
    const { flat, always } = place
    // Where branches decide, nothing is said.
    if (flat.choices.length > 0 || flat.conditions.length > 0) return undefined
    const inList = step === '*' || /^\d+$/.test(step)
    const schemas: Schema[] = inList
      ? flat.elements.flatMap(({ prefix, rest }): Schema[] => [...prefix, ...(rest === undefined ? [] : [rest])])
      : ownField(flat, step)
    if (schemas.length === 0) {
      const speaks = flat.fields.some(
        ({ properties, patterns }) => Object.keys(properties).length + patterns.length > 0,
      )
      if (inList || !speaks || flat.fields.some(({ patterns }) => patterns.length > 0)) return undefined
      const closed = flat.fields.some(({ others }) => others === false)
      return { flat: flatten([true], side), named: false, always: false, closed }
    }
    place = {
      flat: flatten(schemas, side),
      named: true,
      always: always && (inList || flat.required.has(step)),
      closed: false,
    }
  }
  return place
}
