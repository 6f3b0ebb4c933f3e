import type { Command } from './command.ts'
import { contractKit, usable } from './contract-kit.ts'
import { readJson } from './read-json.ts'

export const contractCompare: Command = {
  name: 'contract compare',
  summary: 'Tells what a new version of a contract breaks, and whom. Needs no server.',
  takes: [
    { name: 'OLDER', help: 'a document as JSON' },
    { name: 'NEWER', help: 'the next one' },
  ],
  async run({ args }) {
    const kit = await contractKit()
    const [older, newer] = (args as [string, string]).map((path) =>
      usable(kit, readJson(path, "a contract's document"), path),
    )
    const comparison = kit.compareContracts(older!, newer!)
    const lines = comparison.changes.flatMap(({ part, path, change, supplier, developer }) => [
      `${part}${path === '' ? '' : ` ${path}`}: ${change}`,
      ...[['supplier', supplier] as const, ['developer', developer] as const].flatMap(([whom, { effect, says }]) =>
        effect === 'none' ? [] : [`  ${effect.padEnd(8)}  ${whom.padEnd(9)}  ${says}`],
      ),
    ])
    return {
      json: comparison,
      text: [`${comparison.older} → ${comparison.newer}: ${comparison.summary}`, ...lines].join('\n'),
      failed: !comparison.compatible,
    }
  },
}
