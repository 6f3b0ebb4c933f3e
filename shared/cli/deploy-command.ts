import type { Command } from './command.ts'
import { deploy } from './deploy.ts'

export const deployCommand: Command = {
  name: 'deploy',
  summary: 'Creates what an environment needs on the account, applies migrations, deploys.',
  flags: {
    env: { value: 'NAME', help: 'environment of wrangler.toml' },
    'provider-apps': { value: 'FILE', help: 'JSON of the apps registered at providers' },
    'rotate-operator-token': { help: 'make and upload a new operator token' },
    'dry-run': { help: 'build and check, change nothing' },
  },
  async run({ flag, on, say }) {
    const words = ['env', 'provider-apps'].flatMap((name) => (flag(name) ? [`--${name}`, flag(name)!] : []))
    const switches = ['rotate-operator-token', 'dry-run'].filter(on).map((name) => `--${name}`)
    const report = await deploy([...words, ...switches], say)
    return { json: report, text: `${report.gzip_kib} KiB compressed, ${report.startup_ms} ms start-up` }
  },
}
