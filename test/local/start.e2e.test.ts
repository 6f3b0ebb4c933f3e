import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Verdict } from './judge.ts'
import { tryPort } from './ports.ts'
import { document, family, freePort, isAlive, npm, until } from './spawned.ts'

describe('npm start', () => {
  it('lands the data of three providers: nothing lost, doubled or out of order, every signature valid', async () => {
    const once = npm(['start', '--', '--once', '--json'])
    const code = await once.ended
    const verdict = document<Verdict>(once)
    expect(verdict).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, altered: 0, gaps: 0, missing: [] })
    expect(verdict.landed).toBeGreaterThanOrEqual(40)
    expect(verdict.providers).toEqual(expect.arrayContaining(['GARMIN', 'OURA', 'WITHINGS']))
    for (const { valid, invalid } of Object.values(verdict.signatures)) {
      expect(valid).toBe(verdict.calls)
      expect(invalid).toBe(0)
    }
    expect(code).toBe(0)
  })

  it('says which port is taken and what to do', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    const refused = npm(['start', '--', '--serve', '--json', '--port', String(port)])
    expect(await refused.ended).toBe(1)
    expect(document<{ error: string }>(refused).error).toMatch(
      new RegExp(`^port ${port} is taken by another program; .*npm start -- --port \\d+$`),
    )
    other.close()
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    it(`stops every process it started on ${signal}, and gives the port back`, async () => {
      const home = mkdtempSync(join(tmpdir(), 'fascia-stop-'))
      const port = await freePort()
      const server = npm(['start', '--', '--serve', '--json', '--port', String(port)], { FASCIA_HOME: home })
      await until(server, () => server.stdout().includes('"base_url"'))
      const started = family(server.child.pid!)
      expect(started.length).toBeGreaterThan(3)
      server.child.kill(signal)
      await server.ended
      await expect.poll(() => started.filter(isAlive), { timeout: 15_000 }).toEqual([])
      expect(await tryPort(port)).toBe(port)
      rmSync(home, { recursive: true, force: true })
    })
})
