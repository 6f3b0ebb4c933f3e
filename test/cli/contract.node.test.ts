import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from '../../shared/cli/main.ts'
import { EXAMPLE_DOCUMENT } from '../../workers/suppliers/contract-example.ts'

let folder: string
let contract: string
const file = (name: string, content: string | Uint8Array | object) => {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content))
  return path
}
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fascia-contract-'))
  contract = file('contract.json', EXAMPLE_DOCUMENT)
})
afterAll(() => rmSync(folder, { recursive: true }))
async function fascia(...words: string[]) {
  const [out, err]: string[][] = [[], []]
  const code = await main(words, { out: (text) => out!.push(text), err: (text) => err!.push(text) })
  return { code, out: out!.join('\n'), err: err!.join('\n') }
}
const night = (more: object = {}) =>
  JSON.stringify({
    id: 'n-1',
    patient: 'p-1',
    in_bed_at: '2026-07-01T22:00:00+02:00',
    up_at: '2026-07-02T06:00:00+02:00',
    pulse: 58,
    ...more,
  })

describe('contract test', () => {
  it('tells of each sample what would become of it, and never a value', async () => {
    const samples = file(
      'bad.ndjson',
      [
        night(),
        night({ pulse: 987 }),
        '{"id":"n","id":"m"}',
        night({ in_bed_at: '2126-01-01T00:00:00Z', up_at: '2126-01-01T08:00:00Z' }),
      ].join('\n'),
    )
    const { code, out } = await fascia('contract', 'test', contract, samples, '--json')
    const { files } = JSON.parse(out) as {
      files: {
        counts: object
        records: { line: number; outcome: string; problems: { pointer: string; rule: string }[]; becomes: string[] }[]
      }[]
    }
    expect([code, files[0]!.counts]).toEqual([1, { accepted: 1, rejected: 2, quarantined: 1 }])
    expect(files[0]!.records).toMatchObject([
      { line: 1, outcome: 'accepted', becomes: ['sleep'], problems: [] },
      { line: 2, outcome: 'rejected', problems: [{ pointer: '/pulse', rule: 'maximum' }] },
      { line: 3, outcome: 'rejected', problems: [{ rule: 'duplicate_key' }] },
      { line: 4, outcome: 'quarantined' },
    ])
    const text = await fascia('contract', 'test', contract, samples)
    expect(text.out).toContain('4 records, 1 good, 2 rejected, 1 quarantined')
    expect(text.out).toContain('/pulse  maximum')
    expect(out + text.out).not.toContain('987')
  })
  it('reads a folder of files: arrays and lines, packed or not', async () => {
    mkdirSync(join(folder, 'samples'))
    file('samples/a.json', `[${night()},${night()}]`)
    file('samples/b.ndjson.gz', gzipSync(`${night()}\n`))
    const { code, out } = await fascia('contract', 'test', contract, join(folder, 'samples'))
    expect([code, out.match(/✓/g)?.length, out.includes('2 records, 2 good')]).toEqual([0, 2, true])
  })
  it('says what is wrong with a contract before it reads by it', async () => {
    const wrong = file('wrong.json', { ...EXAMPLE_DOCUMENT, identity: { subject: 'nobody' } })
    const { code, err } = await fascia('contract', 'test', wrong, file('one.ndjson', night()))
    expect([code, err]).toEqual([1, expect.stringContaining('/identity/subject')])
    expect((await fascia('contract', 'test', contract, join(folder, 'nowhere'))).code).toBe(2)
  })
})

describe('contract lint', () => {
  it('ends with 0 where warnings are all, and with 1 where it cannot be used', async () => {
    expect(await fascia('contract', 'lint', contract)).toMatchObject({
      code: 0,
      out: expect.stringContaining('0 errors'),
    })
    const { code, out } = await fascia('contract', 'lint', file('none.json', { name: 'X' }), '--json')
    expect([code, (JSON.parse(out) as { good: boolean }).good]).toEqual([1, false])
  })
})

describe('contract compare', () => {
  it('tells whom a new version breaks, in words and as JSON', async () => {
    const schema = { ...EXAMPLE_DOCUMENT.schema, required: [...EXAMPLE_DOCUMENT.schema.required, 'pulse'] }
    const newer = file('newer.json', { ...EXAMPLE_DOCUMENT, version: '1.1', schema })
    const { code, out } = await fascia('contract', 'compare', contract, newer)
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/breaks the supplier[\s\S]*breaking {2}supplier {3}must be there now/),
    ])
    const same = await fascia('contract', 'compare', contract, contract, '--json')
    expect([same.code, JSON.parse(same.out)]).toMatchObject([0, { compatible: true, changes: [] }])
  })
})

describe('contract infer', () => {
  it('writes a contract that its own samples pass, and its notes beside it', async () => {
    const samples = file('to-infer.ndjson', [night(), night({ id: 'n-2' })].join('\n'))
    const { code, out, err } = await fascia('contract', 'infer', samples, '--name', 'mine', '--type', 'sleep')
    expect([code, err]).toEqual([0, expect.stringContaining('patient is taken for the name of the person')])
    expect((await fascia('contract', 'test', file('mine.json', out), samples)).code).toBe(0)
    expect((await fascia('contract', 'infer', samples, '--name', 'mine')).code).toBe(2)
  })
})
