import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProviderDefinition } from '../../shared/source/define.ts'
import type { Door, Genuine, Meeting, Outcome } from './genuine.ts'
import { meet, NOTHING } from './meet.ts'

/** Every genuine payload of the reference data at its provider's door. */
export interface Row extends Outcome {
  provider: string
  payload: string
}
export interface PayloadTable {
  rows: Row[]
  /** Payloads of which no provider or format says yet how they meet it. */
  missing: string[]
}
const root = join(import.meta.dirname, '../..')
export const referenceFolder = process.env.REFERENCE_DIR && join(process.env.REFERENCE_DIR, 'providers')

/** The payloads by the list beside them: specifications of an API are no payloads, and have no type of data. */
export function payloads(folder: string): { provider: string; payload: string }[] {
  const { files } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    files: Record<string, { data_type?: string }>
  }
  return Object.entries(files)
    .filter(([, { data_type }]) => data_type !== undefined)
    .map(([file]) => {
      const [provider, ...rest] = file.split('/') as [string, ...string[]]
      return { provider, payload: rest.join('/') }
    })
}

export async function payloadTable(folder: string): Promise<PayloadTable> {
  const table: PayloadTable = { rows: [], missing: [] }
  for (const { provider, payload } of payloads(folder)) {
    const unit = await unitOf(provider)
    if (!unit) {
      table.missing.push(`${provider}/${payload}`)
      continue
    }
    const bytes = readFileSync(join(folder, provider, payload))
    table.rows.push({ provider, payload, ...(await outcomeOf(unit, payload, bytes)) })
  }
  return table
}

interface Unit {
  definition: ProviderDefinition | undefined
  meetings: Genuine
  door: Door | undefined
}
const units = new Map<string, Promise<Unit | undefined>>()
function unitOf(slug: string): Promise<Unit | undefined> {
  const known = units.get(slug) ?? load(slug)
  units.set(slug, known)
  return known
}
/** The provider's file, and beside its fixtures how its genuine payloads meet it; a format brings its own door there. */
async function load(slug: string): Promise<Unit | undefined> {
  const [file, fixtures] = [`${root}/shared/providers/${slug}.ts`, `${root}/test/fixtures/providers/${slug}/genuine.ts`]
  const definition = existsSync(file) ? ((await import(file)) as { default: ProviderDefinition }).default : undefined
  const genuine = existsSync(fixtures) ? ((await import(fixtures)) as { default: Genuine; door?: Door }) : undefined
  return genuine && { definition, meetings: genuine.default, door: genuine.door }
}

/** The provider of a payload, and how the payload meets it. */
export async function meetingFor(provider: string, payload: string) {
  const unit = await unitOf(provider)
  return unit && { definition: unit.definition, meeting: meetingOf(unit.meetings, payload) }
}

async function outcomeOf({ definition, meetings, door }: Unit, payload: string, bytes: Uint8Array): Promise<Outcome> {
  const meeting = meetingOf(meetings, payload)
  if (!meeting) return wrong('nothing says how it meets the door: name it in genuine.ts beside the fixtures')
  try {
    if (door) return await door({ name: payload, bytes }, meeting)
    return definition ? await meet(definition, meeting, new TextDecoder().decode(bytes)) : wrong('there is no door')
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error))
  }
}
const wrong = (problem: string): Outcome => ({ ...NOTHING, result: 'refused', problems: [problem] })
function meetingOf(meetings: Genuine, payload: string): Meeting | undefined {
  return Object.entries(meetings).find(([pattern]) => {
    const [start, end] = pattern.split('*') as [string, string?]
    return end === undefined ? pattern === payload : payload.startsWith(start) && payload.endsWith(end)
  })?.[1]
}

/** As a table for people: what came of each, and what of it is mapped. */
export function printed({ rows, missing }: PayloadTable): string {
  const cells = rows.map((row) => [
    row.provider,
    row.payload,
    row.result,
    String(row.records.length),
    row.paths === 0 ? '' : `${Math.round((row.read / row.paths) * 100)} %`,
    row.paths === 0 ? '' : String(row.unread.length),
    row.problems.length > 0 ? `! ${row.problems.join(' · ')}` : (row.reason ?? ''),
  ])
  const heads = ['provider', 'payload', 'result', 'records', 'mapped', 'unread', '']
  const widths = heads.map((head, i) => Math.max(head.length, ...cells.map((row) => row[i]!.length)))
  const line = (row: string[]) =>
    row
      .map((cell, i) => (i === 6 ? cell : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd()
  const good = rows.filter(({ problems }) => problems.length === 0).length
  const ends = missing.map((name) => `missing: ${name}`)
  return [line(heads), ...cells.map(line), ...ends, `${good} of ${rows.length + missing.length} payloads`].join('\n')
}
