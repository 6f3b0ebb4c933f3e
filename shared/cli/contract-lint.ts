import type { Command } from './command.ts'
import { contractKit, findingsText } from './contract-kit.ts'
import { readJson } from './read-json.ts'

export const contractLint: Command = {
  name: 'contract lint',
  summary: "Tells what is wrong with a contract's document, or likely not meant. Needs no server.",
  takes: [{ name: 'FILE', help: 'the document as JSON, or - to read it' }],
  async run({ args }) {
    const [path] = args as [string]
    const { lintContract } = await contractKit()
    const findings = lintContract(readJson(path, "a contract's document"))
    const errors = findings.filter(({ level }) => level === 'error').length
    const verdict =
      findings.length === 0
        ? `✓ ${path} is whole`
        : `${errors > 0 ? '✗' : '✓'} ${path}: ${errors} errors, ${findings.length - errors} warnings`
    return {
      json: { good: errors === 0, findings },
      text: [verdict, ...(findings.length > 0 ? [findingsText(findings)] : [])].join('\n'),
      failed: errors > 0,
    }
  },
}
