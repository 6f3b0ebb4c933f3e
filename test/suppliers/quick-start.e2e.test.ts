import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort, npm, type Spawned, until } from '../local/spawned.ts'

/** docs/suppliers.md, as it stands there: one shell for all its blocks, in a folder of its own. */
const ROOT = join(import.meta.dirname, '../..')
const DOC = readFileSync(join(ROOT, 'docs', 'suppliers.md'), 'utf8')
const blocks = (language: string) =>
  [...DOC.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\\n\`\`\``, 'g'))].map(([, code]) => code!)
const TOLD_MINUTES = 5

let started: Spawned
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fascia-quick-start-'))
  for (const name of ['package.json', 'node_modules', 'shared', 'workers', 'test'])
    symlinkSync(join(ROOT, name), join(folder, name))
})
afterAll(async () => {
  started?.child.kill('SIGTERM')
  await started?.ended
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

test('a stranger gets from an invitation to a webhook that lands, in the time that is told', async () => {
  const began = Date.now()
  const env = { FASCIA_HOME: join(folder, 'home') }
  started = npm(['start', '--', '--port', String(await freePort())], env)
  await until(started, () => started.stdout().includes('Ctrl-C stops everything.'))
  const programs = blocks('js').map((code) => `node --input-type=module <<'JS'\n${code}\nJS`)
  const script = `set -e\n${[...blocks('sh'), ...programs].join('\necho; echo ---\n')}\n`
  const out = execFileSync('bash', ['-c', script], {
    cwd: folder,
    env: { ...process.env, ...env, PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}` },
    encoding: 'utf8',
    timeout: TOLD_MINUTES * 60_000,
  })
  const [, accepted, contract, pushed, curled, program, live] = out.split('---\n')
  expect(accepted).toMatch(/sup_\w+ {2}Sleep Lab, sandbox/)
  expect(contract).toMatch(/ctr_\w+ {2}sleep-nights@1.0 {2}draft/)
  expect(pushed).toMatch(/sleep-nights@1.0 +done +2 +0 +0 +1 +1/)
  expect(pushed).toMatch(/line 3 {2}rejected {2}\/pulse maximum/)
  expect(pushed).toMatch(/line 4 {2}quarantined/)
  expect(JSON.parse(curled!)).toMatchObject({ batch_id: expect.stringMatching(/^bat_/), records: 4 })
  expect(program).toMatch(/^bat_\w+ done 10\nbat_\w+ done 10\n\n$/)
  expect(live).toBe('stored 3 left 0\n')
  const landed = () => started.stdout().match(/landed +SUPPLIER_SANDBOX +sleep/g)?.length ?? 0
  await until(started, () => landed() > 0)
  const minutes = (Date.now() - began) / 60_000
  console.log(`from npm start to the landing: ${minutes.toFixed(1)} minutes, ${landed()} calls`)
  expect(minutes).toBeLessThan(TOLD_MINUTES)
}, 360_000)
