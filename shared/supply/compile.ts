import { FUTURE_MS } from '../base/limits.ts'
import { HOUR_MS } from '../base/time.ts'
import { DATA_TYPES } from '../schema/data-types.ts'
import { Unreadable } from '../source/reader.ts'
import type { NormalizedRecord } from '../source/record.ts'
import { hasId, mint } from '../source/record-id.ts'
import { namedSample, SAMPLE_NAMES } from '../streaming/sample-kinds.ts'
import type { CompiledContract, Inspected, Mapped, RecordDraft, RecordItem } from './compiled.ts'
import { contractClock } from './contract-clock.ts'
import type { ContractDocument } from './document.ts'
import type { Reading } from './field-reader.ts'
import { identityReader } from './identity.ts'
import { mappingReader, type ReadItem } from './mapping.ts'
import { nativeReader, nativeSchema } from './native.ts'
import { Outliers } from './outliers.ts'
import { ContractInvalid, type DocumentProblem, kindOf, problem, type RecordProblem } from './problem.ts'
import { schemaCheck, schemaProblems } from './schema-check.ts'
import { parseStrict, unreadOf } from './strict-json.ts'
import type { Known } from './survey.ts'
import { knownOf } from './unread.ts'

/** Ids are made with this name, whichever of a supplier's environments they come from. */
const MINTED_AS = 'supplier'
/** Before it nobody wore anything: what was then was told in another unit of time. */
const EARLIEST_AT = Date.UTC(1950, 0, 1)

/** Makes a contract ready to read records. Throws ContractInvalid, with all that does not go together in it. */
export function compileContract(document: ContractDocument): CompiledContract {
  const { contract, problems } = compiled(document)
  if (!contract) throw new ContractInvalid(problems)
  return contract
}
/** What keeps a document from being used; empty: nothing. */
export const contractProblems = (document: ContractDocument): DocumentProblem[] => compiled(document).problems

function compiled(document: ContractDocument): { contract?: CompiledContract; problems: DocumentProblem[] } {
  const problems = schemaProblems(document.schema).map(({ pointer, message }) => ({
    pointer: `/schema${pointer}`,
    message,
  }))
  const outliers = new Outliers()
  const wrong = (pointer: string, message: string) => void problems.push({ pointer, message })
  const reading: Reading = { rules: document.time, outliers, wrong }
  const readers = readersOf(document, reading)
  for (const [i, type] of (document.live?.types ?? []).entries())
    if (!isLive(type)) wrong(`/live/types/${i}`, `is no type of live samples: ${LIVE_WORDS}`)
  if (problems.length > 0) return { problems }
  return { problems, contract: contractOf(document, readers, outliers) }
}

/** A consumer asks for types by their letters: there is one way to write each. */
const isLive = (type: string): boolean => type === type.toUpperCase() && namedSample(type) !== undefined
const LIVE_WORDS = `take one of ${SAMPLE_NAMES.join(', ')}; an exercise may stand before it, as in RUNNING_HEART_RATE`

interface Readers {
  read: ReadItem
  versionAt: ((item: unknown) => { at: number } | { problem: RecordProblem }) | undefined
}
function readersOf({ mapping, updates, time }: ContractDocument, reading: Reading): Readers {
  const read = 'native' in mapping ? nativeReader(time, reading.outliers) : mappingReader(mapping.rules, reading)
  if (updates.rule === 'newest' && !updates.version)
    reading.wrong('/updates', 'needs "version": by which time one record is newer than another')
  return { read, versionAt: updates.version && versionReader(updates.version, reading) }
}
function versionReader(
  version: NonNullable<ContractDocument['updates']['version']>,
  { rules, wrong }: Reading,
): Readers['versionAt'] {
  // A version is compared, not shown: where it was does not matter.
  const clock = contractClock(
    version,
    { ...rules, offsets: rules.offsets === 'required' ? 'local' : rules.offsets },
    (message) => wrong('/updates/version', message),
  )
  const refused = (found: unknown) =>
    problem(
      `/${version.path.replaceAll('.', '/')}`,
      'version',
      `the time of this version (${version.style})`,
      kindOf(found),
    )
  return (item) => {
    try {
      const moment = clock.read(item, NO_CONTEXT)
      return moment ? { at: moment.at } : { problem: refused(undefined) }
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      return { problem: refused('') }
    }
  }
}
const NO_CONTEXT = {
  page: undefined,
  carried: undefined,
  parent: undefined,
  frame: { startAt: 0, endAt: 0, offset: undefined, utc: false, baseAt: 0, key: '' },
  report: () => {},
}

function contractOf(document: ContractDocument, { read, versionAt }: Readers, outliers: Outliers): CompiledContract {
  const check = schemaCheck(document.schema)
  const known = knownNames(document)
  const owner = identityReader(document.identity)
  const { mapping } = document
  const types = 'native' in mapping ? [...DATA_TYPES] : [...new Set(mapping.rules.map(({ type }) => type))]

  const inspectParsed = (value: unknown, unread: string[]): Inspected => {
    const problems = check(value)
    if (problems.length > 0) return { kind: 'rejected', problems }
    if (kindOf(value) !== 'object') return rejected(problem('', 'type', 'an object', kindOf(value)))
    const found = owner(value)
    if ('problem' in found) return rejected(found.problem)
    const version = versionAt?.(value)
    if (version && 'problem' in version) return rejected(version.problem)
    const item: RecordItem = read(value)
    return {
      kind: 'item',
      item,
      ...found.owner,
      ...(version && { versionAt: version.at }),
      outliers: outliers.taken(),
      unread,
    }
  }
  return {
    document,
    types,
    inspect(text) {
      const parsed = parseStrict(text, known)
      return parsed.kind === 'problem' ? rejected(parsed.problem) : inspectParsed(parsed.value, parsed.unread)
    },
    inspectValue: (value) => inspectParsed(value, unreadOf(value, known)),
    map: ({ drafts, problems }, userId, receivedAt) => {
      const wrong = problems.length > 0 ? problems : drafts.flatMap((draft) => mistimed(draft, receivedAt))
      return wrong.length > 0
        ? { kind: 'unmapped', problems: [...wrong] }
        : { kind: 'records', records: drafts.map((draft) => recordOf(draft, userId, document.name)) }
    },
  } satisfies CompiledContract & { map: (...given: never[]) => Mapped }
}
/** Names of a contract’s schema; where records are in ours, those of ours too. */
function knownNames({ schema, mapping, identity }: ContractDocument): Known {
  if (!('native' in mapping)) return knownOf(schema, schema)
  const { subject, reference_id, consent } = identity
  const beside = [subject, reference_id, consent].filter((path) => path !== undefined)
  return knownOf({ allOf: [schema, nativeSchema(beside)] }, schema)
}
const rejected = (one: RecordProblem): Inspected => ({ kind: 'rejected', problems: [one] })

/** The clock of its source is wrong: it would be the newest of its kind for ever, or the oldest. */
function mistimed({ type, data, startAt }: RecordDraft, receivedAt: number): RecordProblem[] {
  if (data === undefined || type === 'athlete') return []
  const ahead = startAt - receivedAt
  const words =
    ahead > FUTURE_MS
      ? `at most ${FUTURE_MS / HOUR_MS} hours after it came (it begins ${Math.round(ahead / HOUR_MS)} hours after)`
      : startAt < EARLIEST_AT
        ? 'later than 1950'
        : undefined
  if (words === undefined) return []
  return [{ ...problem('', 'time_range', words, 'object'), message: `the start of the ${type} should be ${words}` }]
}
function recordOf(
  { type, key, slice, data, startAt, endAt }: RecordDraft,
  userId: string,
  contract: string,
): NormalizedRecord {
  const summary_id = hasId(type) ? mint(MINTED_AS, userId, type, key) : key
  // The item may be mapped again, for another connection: what it holds stays as it is.
  const made =
    data && hasId(type) ? { ...data, metadata: { ...(data as { metadata: object }).metadata, summary_id } } : data
  return { type, summary_id, part: slice === undefined ? contract : `${contract}:${slice}`, data: made, startAt, endAt }
}
