import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ProviderApp } from '../base/settings.ts'
import { z } from '../base/zod.ts'

export type Secrets = Record<string, string>

/** Secrets that the deployment makes for itself. */
const MADE: Record<string, () => string> = {
  ROOT_KEY: () => randomBytes(32).toString('base64'),
  OPERATOR_TOKEN: () => `opr_${randomBytes(32).toString('base64url')}`,
}

/** Where the owner finds what was made, readable by nobody else. */
export const secretsFile = (root: string, env: string) => join(root, '.fascia', `deploy-${env}.json`)

/**
 * The secrets that have to be uploaded. One that the account already holds is never made again: a second ROOT_KEY would make
 * everything sealed under the first unreadable for ever.
 */
export function missingSecrets(
  root: string,
  env: string,
  there: string[],
  options: { rotateOperatorToken: boolean; providerApps?: string },
): Secrets {
  const path = secretsFile(root, env)
  const kept: Secrets = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
  const upload: Secrets = {}
  for (const [name, make] of Object.entries(MADE)) {
    const rotate = name === 'OPERATOR_TOKEN' && options.rotateOperatorToken
    if (there.includes(name) && !rotate) continue
    upload[name] = rotate ? make() : (kept[name] ?? make())
  }
  // Written before the upload: a key that is in use and nowhere else is a key that will be lost.
  mkdirSync(join(root, '.fascia'), { recursive: true })
  writeFileSync(path, `${JSON.stringify({ ...kept, ...upload }, null, 2)}\n`, { mode: 0o600 })
  chmodSync(path, 0o600)
  if (options.providerApps) upload.PROVIDER_APPS = providerApps(options.providerApps)
  return upload
}

function providerApps(path: string): string {
  const parsed = z.record(z.string(), ProviderApp).safeParse(JSON.parse(readFileSync(path, 'utf8')))
  if (parsed.success) return JSON.stringify(parsed.data)
  const [issue] = parsed.error.issues
  throw new Error(`${path}: ${issue?.path.join('.')}: ${issue?.message}`)
}
