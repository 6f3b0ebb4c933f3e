import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SUPPLIER_SCOPES } from '../../shared/access/supplier-scopes.ts'

const root = join(import.meta.dirname, '..', '..')
const text = readFileSync(join(root, 'docs/supplier-access.md'), 'utf8')
/** Files of the doors that this page describes. */
const FILES = [
  'accept',
  'address',
  'domain',
  'known-suppliers',
  'manage-credentials',
  'region',
  'signed',
  'standing',
  'supplier-only',
  'suppliers',
].map((name) => join(root, 'workers/suppliers', `${name}.ts`))
const source = [...FILES, join(root, 'shared/access/request-signature.ts')]
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n')

describe('the page on how a supplier is let in', () => {
  it('names every code of a refusal, and none that there is not', () => {
    const table = text.slice(text.indexOf('## What a refusal means'))
    const told = [...table.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)]
      .map(([, code]) => code!)
      .filter((code) => !/^(invalid_client|error_description)$/.test(code))
    const raised = [
      ...[...source.matchAll(/(?:\{\}|\},?)\s*,?\s*'([a-z]+(?:_[a-z]+)+)',?\s*\)/g)].map(([, code]) => code!),
      ...[...source.matchAll(/(?:refused|bad)\('([a-z_]+)'/g)].map(([, code]) => code!),
    ]
    expect([...new Set(raised)].filter((code) => !told.includes(code))).toEqual([])
    expect(told.filter((code) => !source.includes(`'${code}'`))).toEqual([])
    expect(raised.length).toBeGreaterThan(15)
  })
  it('speaks of every kind of scope', () => {
    for (const scope of SUPPLIER_SCOPES.filter((one) => one.split(':').length === 2))
      expect(text).toContain(`\`${scope}\``)
  })
})
