import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { wranglerIn } from '../../shared/cli/wrangler.ts'
import type { Shipment, Shipped } from '../../shared/delivery/shipment.ts'
import type { Serve } from '../bench/serve.ts'
import type { Asked } from './links-worker.ts'

const SERVE = join(import.meta.dirname, '..', 'bench', 'serve.ts')
const CONFIG = join(import.meta.dirname, 'links.toml')

/** A kind of destination in the product's own runtime, in an object as its gate is. `caFile`: an authority to trust. */
export async function startLinks(caFile: string) {
  const folder = mkdtempSync(join(tmpdir(), 'fascia-links-'))
  const { code, output } = await wranglerIn(import.meta.dirname)([
    ...['deploy', '--dry-run', '--config', CONFIG, '--outdir', folder],
  ])
  if (code !== 0) throw new Error(`the worker of the links was not built:\n${output}`)
  const child = spawn(process.execPath, [SERVE], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: caFile },
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const started = new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { url: string }).url))
    child.once('close', () => reject(new Error('the runtime of the links ended while starting')))
  })
  child.send({ configPath: CONFIG, bundle: join(folder, 'links-worker.js'), state: folder, vars: {} } satisfies Serve)
  const url = await started
  const ask = async <T>(name: string, asked: Asked): Promise<T> => {
    const response = await fetch(`${url}/${name}`, { method: 'POST', body: JSON.stringify(asked) })
    const text = await response.text()
    if (!response.ok) throw new Error(`${response.status}: ${text}`)
    return JSON.parse(text) as T
  }
  return {
    check: (asked: Asked) => ask<{ refused: string | null; field?: string }>('check', asked),
    /** The link by this name is kept from one call to the next. */
    ship: (name: string, asked: Asked, shipments: Shipment[]) => ask<Shipped[]>(name, { ...asked, shipments }),
    async close(): Promise<void> {
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
export type Links = Awaited<ReturnType<typeof startLinks>>
