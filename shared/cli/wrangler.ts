import { spawn } from 'node:child_process'

export interface Ran {
  code: number
  output: string
}
export type Wrangler = (args: string[]) => Promise<Ran>

/** Nothing of ours is sent anywhere but to the account; no question is asked that nobody answers. */
const QUIET = {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_WRITE_LOGS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  CI: '1',
  NO_COLOR: '1',
}

/** Runs wrangler in `cwd`; → its exit code and everything it printed. */
export const wranglerIn =
  (cwd: string): Wrangler =>
  (args) =>
    new Promise((resolve, reject) => {
      const child = spawn('npx', ['--no-install', 'wrangler', ...args], {
        cwd,
        env: { ...process.env, ...QUIET },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let output = ''
      child.stdout.on('data', (chunk) => (output += chunk))
      child.stderr.on('data', (chunk) => (output += chunk))
      child.on('error', reject)
      child.on('close', (code) => resolve({ code: code ?? 1, output }))
    })
