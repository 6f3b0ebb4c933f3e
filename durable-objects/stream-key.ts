import { deploymentKey } from '../shared/access/vault.ts'
import { settings } from '../shared/base/settings.ts'
import type { Env } from './env.ts'

/** Seals the tokens of the live socket. */
export const streamKey = (env: Env) => deploymentKey(settings(env).ROOT_KEY, 'stream')
