import { copyFileSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { deploy } from '../../shared/cli/deploy.ts'
import type { Wrangler } from '../../shared/cli/wrangler.ts'

const ROOT = join(import.meta.dirname, '../..')
const DATABASE_ID = '4f6a1b52-0000-4000-8000-000000000001'

/** An account that remembers what was created and answers as wrangler prints it. */
class Account {
  databases: string[] = []
  buckets: string[] = []
  queues: string[] = []
  secrets: Record<string, string> = {}
  deployed = 0
  migrated = 0
  secretsFileMode = 0
  readonly wrangler: Wrangler = async (args) => this.answer(args.join(' '), args)

  private answer(command: string, args: string[]) {
    const ok = (output = '') => ({ code: 0, output })
    if (command.startsWith('deploy --dry-run')) return ok('Total Upload: 812.50 KiB / gzip: 190.25 KiB')
    if (command.startsWith('check startup')) return ok('│   Active: 21.5 ms (including 1.0 ms garbage collection)')
    if (command.startsWith('d1 create')) return this.create(this.databases, args[2]!, '[code: 7502]')
    if (command.startsWith('d1 list'))
      return ok(JSON.stringify(this.databases.map((name) => ({ name, uuid: DATABASE_ID }))))
    if (command.startsWith('d1 migrations apply')) return ok(String(this.migrated++))
    if (command.startsWith('r2 bucket create'))
      return this.create(this.buckets, args[3]!, 'The bucket you tried to create already exists, and you own it.')
    if (command.startsWith('queues create')) return this.create(this.queues, args[2]!, 'already taken. [code: 11009]')
    if (command.startsWith('secret list')) {
      if (this.deployed === 0) return { code: 1, output: 'This Worker does not exist on your account. [code: 10007]' }
      return ok(JSON.stringify(Object.keys(this.secrets).map((name) => ({ name, type: 'secret_text' }))))
    }
    if (command.startsWith('deploy --env')) {
      const file = args.at(-1)!
      this.secretsFileMode = statSync(file).mode & 0o777
      Object.assign(this.secrets, JSON.parse(readFileSync(file, 'utf8')))
      this.deployed++
      return ok('Deployed')
    }
    throw new Error(`the account knows no "${command}"`)
  }
  private create(what: string[], name: string, refusal: string) {
    if (what.includes(name)) return { code: 1, output: refusal }
    what.push(name)
    return { code: 0, output: 'Created' }
  }
}

let root: string
let account: Account
const run = (...args: string[]) => deploy(['--env', 'staging', ...args], () => {}, root, account.wrangler)
const toml = () => readFileSync(join(root, 'wrangler.toml'), 'utf8')

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fascia-deploy-test-'))
  copyFileSync(join(ROOT, 'wrangler.toml'), join(root, 'wrangler.toml'))
  account = new Account()
})

describe('deploying to an account', () => {
  test('creates the database, both buckets, all queues with their dead letters and the secrets', async () => {
    await run()
    expect(account.databases).toEqual(['fascia-staging'])
    expect(account.buckets).toEqual(['fascia-staging-raw', 'fascia-staging-keys'])
    expect(account.queues).toHaveLength(12)
    expect(account.queues.findIndex((name) => !name.endsWith('-dlq'))).toBe(6)
    expect(Object.keys(account.secrets)).toEqual(['ROOT_KEY', 'OPERATOR_TOKEN'])
    expect(Buffer.from(account.secrets.ROOT_KEY!, 'base64')).toHaveLength(32)
    expect(account.migrated).toBe(1)
  })

  test('writes the id of the database into that environment only', async () => {
    await run()
    expect(toml().match(new RegExp(DATABASE_ID, 'g'))).toHaveLength(1)
    expect(toml().indexOf(DATABASE_ID)).toBeGreaterThan(toml().indexOf('[[env.staging.d1_databases]]'))
    expect(toml().indexOf(DATABASE_ID)).toBeLessThan(toml().indexOf('[env.production]'))
  })

  test('a second run creates nothing and makes no second root key', async () => {
    await run()
    const { ROOT_KEY, OPERATOR_TOKEN } = account.secrets
    await run()
    expect(account.secrets).toEqual({ ROOT_KEY, OPERATOR_TOKEN })
    expect(account.deployed).toBe(2)
    expect(account.queues).toHaveLength(12)
  })

  test('a root key is kept on disk for its owner only, so that an upload that failed is repeated with the same one', async () => {
    const { wrangler } = account
    const failing: Wrangler = async (args) =>
      args[0] === 'deploy' && args[1] === '--env' ? { code: 1, output: 'timed out' } : wrangler(args)
    await expect(deploy(['--env', 'staging'], () => {}, root, failing)).rejects.toThrow('timed out')
    const kept = JSON.parse(readFileSync(join(root, '.fascia/deploy-staging.json'), 'utf8'))
    await run()
    expect(account.secrets.ROOT_KEY).toBe(kept.ROOT_KEY)
    expect(statSync(join(root, '.fascia/deploy-staging.json')).mode & 0o777).toBe(0o600)
    expect(account.secretsFileMode).toBe(0o600)
  })

  test('an account that cannot be asked for its secrets stops the deployment', async () => {
    await run()
    const { wrangler } = account
    const failing: Wrangler = async (args) =>
      args[0] === 'secret' ? { code: 1, output: 'Authentication error [code: 10000]' } : wrangler(args)
    await expect(deploy(['--env', 'staging'], () => {}, root, failing)).rejects.toThrow('Authentication error')
    expect(account.deployed).toBe(1)
  })

  test('the operator token changes only when that is asked for, the root key never', async () => {
    await run()
    const before = { ...account.secrets }
    await run('--rotate-operator-token')
    expect(account.secrets.OPERATOR_TOKEN).not.toBe(before.OPERATOR_TOKEN)
    expect(account.secrets.ROOT_KEY).toBe(before.ROOT_KEY)
  })

  test("another account's database is refused", async () => {
    await run()
    writeFileSync(join(root, 'wrangler.toml'), toml().replace(DATABASE_ID, '4f6a1b52-0000-4000-8000-00000000ffff'))
    await expect(run()).rejects.toThrow('right account')
  })

  test('the apps of providers are checked before they are uploaded', async () => {
    const apps = join(root, 'apps.json')
    writeFileSync(apps, JSON.stringify({ oura: { client_id: 'a', client_secret: 'b', ingest_secret: 'short' } }))
    await expect(run('--provider-apps', apps)).rejects.toThrow('oura.ingest_secret')
    writeFileSync(
      apps,
      JSON.stringify({ oura: { client_id: 'a', client_secret: 'b', ingest_secret: 'long-enough-to-pass' } }),
    )
    await run('--provider-apps', apps)
    expect(JSON.parse(account.secrets.PROVIDER_APPS!).oura.client_id).toBe('a')
  })

  test('an unknown environment is named with the known ones', async () => {
    await expect(deploy(['--env', 'moon'], () => {}, root, account.wrangler)).rejects.toThrow(
      'it has staging, production',
    )
  })

  test('a dry run changes nothing and lists every command', async () => {
    const report = await run('--dry-run')
    expect(account).toMatchObject({ databases: [], buckets: [], queues: [], deployed: 0, migrated: 0 })
    expect(existsSync(join(root, '.fascia'))).toBe(false)
    expect(report.commands.join('\n')).toContain('wrangler d1 migrations apply fascia-staging --remote --env staging')
  })
})

describe.each(['staging', 'production'])('the dry run of %s', (env) => {
  test('builds with the real wrangler and fits the platform', async () => {
    const report = await deploy(['--env', env, '--dry-run'], (line) => console.info(line))
    // The platform's limits: 10 MB compressed, one second to start.
    expect(report.gzip_kib).toBeGreaterThan(20)
    expect(report.gzip_kib).toBeLessThan(3 * 1024)
    expect(report.startup_ms).toBeLessThan(1000)
    expect(report.commands.filter((command) => command.startsWith('wrangler queues create'))).toHaveLength(12)
  }, 60_000)
})
