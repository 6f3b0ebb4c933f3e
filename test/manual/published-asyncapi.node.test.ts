import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { asyncApiDocument } from '../../workers/manual/asyncapi.ts'
import type { FrameSchema } from '../../workers/manual/stream-frames.ts'
import { type AsyncApi, resolve } from './async-document.ts'

/** Our document of the live protocol, held against the published one: all of it is in ours, as strict and no stricter than said here. */

const path = join(process.env.REFERENCE_DIR ?? '', 'specs', 'rt.asyncapi.yaml')
const isThere = process.env.REFERENCE_DIR !== undefined && existsSync(path)
const ours = asyncApiDocument('https://fascia.example.com') as AsyncApi
const published = isThere ? (parse(readFileSync(path, 'utf8')) as AsyncApi) : undefined

/** What the published document leaves open and we do not, with the reason. */
const STRICTER: Record<string, string> = {
  'submit t minLength': 'a sample without a label can be filtered by nobody',
  'submit t maxLength': 'a label is no text',
  'submit t pattern': 'a label is one line',
}
/** What we have beyond it: nobody meets these who does not ask for them. */
const BEYOND = ['identify d.producer', 'ready d']
const CONSTRAINTS = ['type', 'const', 'enum', 'format', 'additionalProperties', 'minLength', 'maxLength', 'pattern']

/** Where two schemas differ: the published one first. */
function differences(theirs: FrameSchema, mine: FrameSchema | undefined, at: string): string[] {
  if (!mine) return [`${at} is missing`]
  const [a, b] = [resolve(published!, theirs), resolve(ours, mine)] as [FrameSchema, FrameSchema]
  const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)
  const found = CONSTRAINTS.filter((key) => {
    const [theirs, mine] = [a[key as keyof FrameSchema], b[key as keyof FrameSchema]]
    return !same(theirs, mine) && !(`${at} ${key}` in STRICTER && theirs === undefined)
  }).map((key) => `${at} ${key}`)
  if (!same((a.required ?? []).toSorted(), (b.required ?? []).toSorted())) found.push(`${at} required`)
  const inner = (name: string) => (/^\w+$/.test(at) ? `${at} ${name}` : `${at}.${name}`)
  const beyond = Object.keys(b.properties ?? {}).filter((name) => !a.properties?.[name])
  found.push(...beyond.map(inner).filter((one) => !BEYOND.includes(one)))
  for (const [name, schema] of Object.entries(a.properties ?? {}))
    found.push(...differences(schema, b.properties?.[name], inner(name)))
  return found
}
const payloadOf = (document: AsyncApi, name: string): FrameSchema | undefined =>
  Object.values(document.components.messages).find((one) => one.name === name)?.payload

it('the published document is there wherever it has to be', () => {
  if (process.env.CI) expect(isThere, `REFERENCE_DIR holds specs/rt.asyncapi.yaml: ${path}`).toBe(true)
  else if (!isThere) console.warn('REFERENCE_DIR is not set: the live protocol is not held against the published one')
})

describe.skipIf(!published)('the published protocol', () => {
  const names = Object.values(published?.components.messages ?? {}).map(({ name }) => name)

  it.each(names)('has %s with the fields and constraints that we have', (name) => {
    expect(differences(payloadOf(published!, name)!, payloadOf(ours, name), name)).toEqual([])
  })
  it('has frames of ours as good ones', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false })
    ajv.addSchema({ ...published, $id: 'published' } as object)
    const held = Object.values(ours.components.messages).filter(({ name }) => names.includes(name))
    expect(held.length).toBe(names.length)
    for (const { name, examples } of held)
      for (const { payload } of examples) {
        const good = ajv.validate({ $ref: `published${payloadOf(published!, name)!.$ref}` }, payload)
        expect([name, payload, good, ajv.errorsText()]).toEqual([name, payload, true, 'No errors'])
      }
  })
  it('has its place, its operations and their answers in ours', () => {
    expect(ours.channels.connect.address).toBe(published!.channels.connect.address)
    expect(ours.channels.connect.bindings.ws.method).toBe(published!.channels.connect.bindings.ws.method)
    const words = ({ action, messages, reply }: AsyncApi['operations'][string]) =>
      JSON.stringify([action, messages, reply?.messages])
    for (const [id, operation] of Object.entries(published!.operations))
      expect([id, words(ours.operations[id]!)]).toEqual([id, words(operation)])
  })
  it('is told from another one', () => {
    const submit = resolve(published!, payloadOf(published!, 'submit')!) as FrameSchema
    const less = { ...submit, required: ['op', 'd'] }
    expect(differences(less, payloadOf(ours, 'submit'), 'submit')).toEqual(['submit required'])
    const other = { ...submit, properties: { ...submit.properties, t: { type: 'integer' } } }
    expect(differences(other, payloadOf(ours, 'submit'), 'submit')).toEqual(['submit t type'])
    expect(differences(submit, undefined, 'submit')).toEqual(['submit is missing'])
  })
})
