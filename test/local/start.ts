import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { home, type Local, readPrivate, writePrivate } from '../../shared/cli/home.ts'
import { createClient } from '../../shared/sdk/client.ts'
import { DEMONSTRATED, SANDBOXES, startProviderDoubles } from '../doubles/providers/start.ts'
import { demonstrate, type Owned, own } from './demonstration.ts'
import { isGood } from './judge.ts'
import { applyMigrations } from './migrated.ts'
import { type Options, readOptions, USAGE, UsageError } from './options.ts'
import { preferPort, requirePort, tryPort } from './ports.ts'
import { startReceiver } from './receiver.ts'
import { addresses, arrivedLine, landedHead, landedLine, summary } from './report.ts'
import { claim } from './running.ts'
import { type Screen, screen } from './screen.ts'
import { keepSecrets, writeEnvFile } from './secrets.ts'
import { startWorker, whenReady } from './worker.ts'

const USUAL_PORT = 8787
const CRON_MS = 60_000
const HOOK = '/hook'

/** Closes what was opened, last first, also when a close fails. */
const closers: (() => unknown)[] = []
const stopping = new AbortController()
let closing: Promise<void> | undefined
const closeAll = (): Promise<void> => {
  stopping.abort(new Error('stopped'))
  closing ??= (async () => {
    for (const close of closers.reverse())
      await (async () => close())().catch((error: Error) => console.error(`while stopping: ${error.message}`))
  })()
  return closing
}

async function start(options: Options, view: Screen): Promise<number> {
  const { mode, json } = options
  const port = await choosePort(options)
  const dir = openHome(mode)
  const base_url = `http://127.0.0.1:${port}`
  if (mode !== 'once') closers.push(claim(dir, base_url))

  const secrets = keepSecrets(dir, SANDBOXES)
  let isWatched = false
  const receiver = await startReceiver({
    port: await preferPort(mode === 'once' ? 0 : port + 1),
    onArrival: (arrival, first) => void (isWatched && first && arrivedLine(view, arrival)),
  })
  closers.push(() => receiver.close())
  const sandbox = await startProviderDoubles({
    apps: secrets.apps,
    fasciaUrl: base_url,
    port: await preferPort(mode === 'once' ? 0 : port + 2),
  })
  closers.push(() => sandbox.close())
  const envFile = writeEnvFile(dir, {
    BASE_URL: base_url,
    ROOT_KEY: secrets.root_key,
    OPERATOR_TOKEN: secrets.operator_token,
    PROVIDER_APPS: JSON.stringify(secrets.apps),
    PROVIDER_ORIGINS: JSON.stringify(sandbox.origins),
    ALLOW_PRIVATE_DESTINATIONS: 'true',
    ...options.vars,
  })

  view.line()
  await view.step('migrations', () => applyMigrations(join(dir, 'state')))
  const operatorToken = options.vars.OPERATOR_TOKEN ?? secrets.operator_token
  const worker = startWorker({ dir, envFile }, port)
  closers.push(() => worker.stop())
  worker.ended.then(() => stopping.abort(new Error(`the Worker ended:\n${worker.tail()}`)))
  await view.step(`Worker at ${base_url}`, () =>
    whenReady(worker, () =>
      fetch(`${base_url}/operator/health`, {
        headers: { authorization: `Bearer ${operatorToken}` },
        signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(10_000)]),
      }),
    ),
  )

  const before = readPrivate<Local & Owned>('local.json', dir)
  const local: Local & Partial<Owned> = {
    ...before,
    base_url,
    operator_token: operatorToken,
    sandbox_url: sandbox.url,
    receiver_url: receiver.url,
  }
  if (mode === 'serve') {
    writePrivate('local.json', local, dir)
    if (json) console.log(JSON.stringify({ base_url, sandbox_url: sandbox.url, receiver_url: receiver.url }))
  } else {
    const owned = await view.step('a developer, and a webhook to the receiver', () =>
      own(base_url, operatorToken, receiver.url + HOOK, before),
    )
    await receiver.secret(HOOK, owned.hook.signing_secret)
    Object.assign(local, owned)
    writePrivate('local.json', local, dir)
    let first = true
    const verdict = await demonstrate({
      client: createClient({ baseUrl: base_url, devId: owned.dev_id, apiKey: owned.api_key }),
      receiver,
      sandboxUrl: sandbox.url,
      providers: DEMONSTRATED.map((slug) => ({ slug, resource: PROVIDERS[slug]!.resource })),
      screen: view,
      signal: stopping.signal,
      onLanded(event) {
        if (first) landedHead(view)
        first = false
        landedLine(view, event)
      },
    })
    summary(view, verdict)
    isWatched = true
    if (json) console.log(JSON.stringify(verdict, null, 2))
    if (mode === 'once') return isGood(verdict) ? 0 : 1
  }

  addresses(view, [
    ['API', `${base_url}/v2`],
    ['docs', `${base_url}/docs`],
    ['OpenAPI', `${base_url}/openapi.json`],
    ['dashboard', `${base_url}/dashboard`],
    ['live', `${base_url}/dashboard/live`],
    ['receiver', receiver.url],
    ['sandbox', sandbox.url],
    ['dev-id', local.dev_id],
    ['api key', local.api_key],
    ['log', join(dir, 'worker.log')],
  ])
  // The local runtime fires no crons.
  const cron = setInterval(() => {
    fetch(`${base_url}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*`).then(
      (response) => response.ok || view.line(view.bad(`  the sweep answered ${response.status}`)),
      (error: Error) => stopping.signal.aborted || view.line(view.bad(`  the sweep failed: ${error.message}`)),
    )
  }, CRON_MS)
  closers.push(() => clearInterval(cron))
  await new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve(), { once: true }))
  return closing ? 0 : fail(stopping.signal.reason as Error)
}

async function choosePort({ mode, port }: Options): Promise<number> {
  if (port !== undefined) return requirePort(port)
  return mode === 'once' ? (await tryPort(0))! : requirePort(USUAL_PORT)
}

/** `--once` leaves no trace, and does not disturb a server that runs. */
function openHome(mode: Options['mode']): string {
  if (mode !== 'once') return home()
  const dir = mkdtempSync(join(tmpdir(), 'fascia-'))
  closers.push(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }))
  return dir
}

let asJson = process.argv.includes('--json')
function fail(error: Error): number {
  console.error(`\n  ${error.message}`)
  if (error instanceof UsageError) console.error('  npm start -- --help')
  if (asJson) console.log(JSON.stringify({ error: error.message }))
  asJson = false
  return error instanceof UsageError ? 2 : 1
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => closeAll().then(() => process.exit(signal === 'SIGINT' ? 130 : 143)))
// npm, or the shell between, may die without passing its signal on: then this process belongs to nobody.
const parent = process.ppid
setInterval(() => process.ppid !== parent && closeAll().then(() => process.exit(143)), 500).unref()

let code: number
try {
  const options = readOptions(process.argv.slice(2))
  if (options.help) console.log(USAGE)
  code = options.help ? 0 : await start(options, screen(options.json ? process.stderr : process.stdout, process.stderr))
} catch (error) {
  code = closing ? 143 : fail(error as Error)
}
await closeAll()
process.exit(code)
