import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** A checkout in which something may be added: the kit is this one, the shelves are its own. */
const repo = join(import.meta.dirname, '../..')
let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'fascia-provider-'))
  for (const room of ['base', 'schema', 'source', 'sdk', 'cli']) {
    mkdirSync(join(dir, 'shared'), { recursive: true })
    symlinkSync(join(repo, 'shared', room), join(dir, 'shared', room))
  }
  mkdirSync(join(dir, 'shared/providers'))
  mkdirSync(join(dir, 'test/doubles/providers'), { recursive: true })
  for (const shared of ['double', 'http', 'oauth'])
    symlinkSync(join(repo, `test/doubles/providers/${shared}.ts`), join(dir, `test/doubles/providers/${shared}.ts`))
})
afterAll(() => rmSync(dir, { recursive: true }))

const fascia = (...words: string[]) => {
  const ran = spawnSync(process.execPath, [join(repo, 'shared/cli/bin.mjs'), ...words], { cwd: dir, encoding: 'utf8' })
  return { code: ran.status, out: ran.stdout, err: ran.stderr }
}

describe('provider new', () => {
  it.each([
    ['by-oauth', []],
    ['by-key', ['--auth', 'key']],
    ['by-webhook', ['--calls', 'ping']],
    ['by-key-and-webhook', ['--auth', 'key', '--calls', 'ping']],
  ])('%s: writes three files, of which only the marked examples are missing', (slug, flags) => {
    expect(fascia('provider', 'new', slug, ...flags)).toMatchObject({ code: 0 })
    expect(readdirSync(join(dir, `test/fixtures/providers/${slug}`))).toHaveLength(1)
    const { code, out } = fascia('provider', 'check', slug, '--json')
    expect(code).toBe(1)
    const [{ findings }] = (JSON.parse(out) as { checked: [{ findings: { about: string }[] }] }).checked
    expect([...new Set(findings.map(({ about }) => about))]).toEqual(['examples'])
  })
  it('changes nothing where one is there, and takes no name that is none of a file', () => {
    fascia('provider', 'new', 'twice')
    const path = join(dir, 'shared/providers/twice.ts')
    const before = readFileSync(path, 'utf8')
    expect(fascia('provider', 'new', 'twice')).toMatchObject({ code: 2, err: expect.stringContaining('there already') })
    expect(readFileSync(path, 'utf8')).toBe(before)
    expect(fascia('provider', 'new', '../outside')).toMatchObject({ code: 2 })
    expect(existsSync(join(dir, 'shared/outside.ts'))).toBe(false)
    expect(fascia('provider', 'new', 'x', '--auth', 'magic')).toMatchObject({
      code: 2,
      err: expect.stringContaining('oauth2, key'),
    })
  })
})

describe('provider check', () => {
  it('goes through all of the shelf, whatever lies beside the tables', () => {
    const ran = spawnSync(process.execPath, [join(repo, 'shared/cli/bin.mjs'), 'provider', 'check', 'all', '--json'], {
      cwd: repo,
      encoding: 'utf8',
    })
    const { checked } = JSON.parse(ran.stdout) as { checked: { slug: string }[] }
    const tables = readdirSync(join(repo, 'shared/providers')).filter((name) => name.endsWith('.ts'))
    expect(checked.map(({ slug }) => slug)).toEqual(tables.map((name) => name.slice(0, -3)))
  })
  it('names one that is not there, and how to begin it', () => {
    expect(fascia('provider', 'check', 'nobody')).toMatchObject({
      code: 2,
      err: expect.stringContaining('fascia provider new nobody'),
    })
  })
})
