import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Environment, readEnvironment, writeDatabaseId } from './environment.ts'
import { missingSecrets, secretsFile } from './secrets.ts'
import { type Ran, type Wrangler, wranglerIn } from './wrangler.ts'

const USAGE = 'fascia deploy --env NAME [--provider-apps FILE] [--rotate-operator-token] [--dry-run] [--json]'
const ROOT = join(import.meta.dirname, '..', '..')
/** What the account answers to the second creation of the same thing. */
const THERE_ALREADY = /already (exists|taken|in use)|code: (10004|11009|7502)\b/i
const NO_WORKER_YET = /does not exist|code: 10007\b/i

export interface DeployReport {
  environment: string
  dry_run: boolean
  commands: string[]
  size_kib: number
  gzip_kib: number
  startup_ms: number
}
type Out = (line: string) => void

/** Creates what an environment needs, applies migrations, deploys. Every step may run again. */
export async function deploy(
  args: string[],
  out: Out = console.log,
  root = ROOT,
  wrangler: Wrangler = wranglerIn(root),
): Promise<DeployReport> {
  const { values } = parseArgs({
    args,
    options: {
      env: { type: 'string' },
      'provider-apps': { type: 'string' },
      'rotate-operator-token': { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  if (!values.env) throw new Error(USAGE)
  const environment = readEnvironment(root, values.env)
  const say: Out = values.json ? () => {} : out
  const dry = values['dry-run']
  const ran: string[] = []
  const run = async (command: string[]): Promise<Ran> => {
    ran.push(`wrangler ${command.join(' ')}`)
    say(`${dry ? 'would run' : 'running'}: wrangler ${command.join(' ')}`)
    return dry ? { code: 0, output: '' } : wrangler(command)
  }
  const measured = await measure(environment, wrangler)
  say(
    `${environment.worker}: ${measured.size_kib} KiB, ${measured.gzip_kib} KiB compressed, ${measured.startup_ms} ms to start here`,
  )

  for (const command of creations(environment)) succeeded(command, await run(command), THERE_ALREADY)
  if (!dry) await settleDatabaseId(root, environment, wrangler)
  await runOrStop(run, ['d1', 'migrations', 'apply', environment.database, '--remote', '--env', environment.name])
  await withSecrets(root, environment, dry, run, values, (file) =>
    runOrStop(run, ['deploy', '--env', environment.name, '--secrets-file', file]),
  )
  if (!dry)
    say(`secrets made for ${environment.name} are in ${secretsFile(root, environment.name)}: put them in a safe place`)
  const report = { environment: environment.name, dry_run: dry, commands: ran, ...measured }
  if (values.json) out(JSON.stringify(report))
  return report
}

const creations = ({ database, databaseId, buckets, queues }: Environment): string[][] => [
  ...(databaseId ? [] : [['d1', 'create', database]]),
  ...buckets.map((bucket) => ['r2', 'bucket', 'create', bucket]),
  ...queues.map((queue) => ['queues', 'create', queue]),
]

/** Builds as the deployment does, without uploading, and starts the result in the local runtime. */
async function measure(environment: Environment, wrangler: Wrangler) {
  const folder = mkdtempSync(join(tmpdir(), 'fascia-deploy-'))
  try {
    const build = ['deploy', '--dry-run', '--env', environment.name, '--outdir', folder]
    const size = /Total Upload: ([\d.]+) KiB \/ gzip: ([\d.]+) KiB/.exec(succeeded(build, await wrangler(build)))
    const check = [
      'check',
      'startup',
      // One word: as two, the second would be taken for an option of wrangler's own.
      `--args=--env ${environment.name}`,
      '--outfile',
      join(folder, 'startup.cpuprofile'),
    ]
    const active = /Active: ([\d.]+) ms/.exec(succeeded(check, await wrangler(check)))
    if (!size || !active) throw new Error('wrangler said neither size nor start-up time')
    return { size_kib: Number(size[1]), gzip_kib: Number(size[2]), startup_ms: Number(active[1]) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function settleDatabaseId(root: string, environment: Environment, wrangler: Wrangler): Promise<void> {
  const list = ['d1', 'list', '--json']
  const output = succeeded(list, await wrangler(list))
  const databases = JSON.parse(output.slice(output.indexOf('['))) as { uuid: string; name: string }[]
  const found = databases.find(({ name }) => name === environment.database)
  if (!found) throw new Error(`the account has no database ${environment.database}`)
  if (environment.databaseId === undefined) writeDatabaseId(root, environment.name, found.uuid)
  else if (environment.databaseId !== found.uuid)
    throw new Error(`${environment.database} has another id than wrangler.toml says: is this the right account?`)
}

/** Hands the missing secrets to `work` in a file that only its owner can read, and that is gone afterwards. */
async function withSecrets(
  root: string,
  environment: Environment,
  dry: boolean,
  run: (command: string[]) => Promise<Ran>,
  values: { 'provider-apps'?: string | undefined; 'rotate-operator-token': boolean },
  work: (file: string) => Promise<unknown>,
): Promise<void> {
  const list = ['secret', 'list', '--env', environment.name, '--format', 'json']
  const listed = await run(list)
  if (dry) return void (await work('<secrets.json>'))
  const answer = succeeded(list, listed, NO_WORKER_YET)
  const there =
    listed.code === 0
      ? (JSON.parse(answer.slice(answer.indexOf('['))) as { name: string }[]).map(({ name }) => name)
      : []
  const secrets = missingSecrets(root, environment.name, there, {
    rotateOperatorToken: values['rotate-operator-token'],
    ...(values['provider-apps'] ? { providerApps: values['provider-apps'] } : {}),
  })
  const folder = mkdtempSync(join(tmpdir(), 'fascia-secrets-'))
  try {
    const file = join(folder, 'secrets.json')
    writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 })
    await work(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const runOrStop = async (run: (command: string[]) => Promise<Ran>, command: string[]) =>
  succeeded(command, await run(command))

/** → what it printed. Throws with it where the command failed for another reason than `harmless`. */
function succeeded(command: string[], { code, output }: Ran, harmless?: RegExp): string {
  if (code === 0 || harmless?.test(output)) return output
  throw new Error(`wrangler ${command.slice(0, 3).join(' ')} failed (${code}):\n${output.trim()}`)
}
