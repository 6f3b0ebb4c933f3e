import { unknown } from '../base/closest.ts'
import { ApiError } from '../sdk/client.ts'
import { SupplierError } from '../sdk/supplier/supplier-error.ts'
import { backfill } from './backfill.ts'
import { type Command, readInput, UsageError, usage } from './command.ts'
import { contractCompare } from './contract-compare.ts'
import { contractInfer } from './contract-infer.ts'
import { contractLint } from './contract-lint.ts'
import { contractTest } from './contract-test.ts'
import { deployCommand } from './deploy-command.ts'
import { destinationAdd } from './destination-add.ts'
import { destinationList } from './destination-list.ts'
import { destinationTest } from './destination-test.ts'
import { developerCreate } from './developer-create.ts'
import { eventList } from './event-list.ts'
import { fileImport } from './file-import.ts'
import { manifestGet } from './manifest-get.ts'
import { manifestVerify } from './manifest-verify.ts'
import { parkedList } from './parked-list.ts'
import { providerCheck } from './provider-check.ts'
import { providerNew } from './provider-new.ts'
import { providerSubscribe } from './provider-subscribe.ts'
import { quarantineList, quarantineRedrive } from './quarantine.ts'
import { renormalize } from './renormalize.ts'
import { replay } from './replay.ts'
import { sandboxAdd } from './sandbox-add.ts'
import { sandboxAdvance } from './sandbox-advance.ts'
import { seed } from './seed.ts'
import { supplierAccept } from './supplier-accept.ts'
import { supplierContract } from './supplier-contract.ts'
import { supplierInvite } from './supplier-invite.ts'
import { supplierPullAdd, supplierPullList, supplierPullLook, supplierPullRemove } from './supplier-pull.ts'
import { supplierPush } from './supplier-push.ts'
import { supplierReport } from './supplier-report.ts'
import { userList } from './user-list.ts'

const COMMANDS: Command[] = [
  developerCreate,
  seed,
  destinationAdd,
  destinationList,
  destinationTest,
  userList,
  eventList,
  fileImport,
  manifestGet,
  manifestVerify,
  parkedList,
  replay,
  backfill,
  quarantineList,
  quarantineRedrive,
  renormalize,
  sandboxAdd,
  sandboxAdvance,
  providerNew,
  providerCheck,
  providerSubscribe,
  contractLint,
  contractTest,
  contractCompare,
  contractInfer,
  supplierInvite,
  supplierAccept,
  supplierContract,
  supplierPush,
  supplierReport,
  supplierPullAdd,
  supplierPullList,
  supplierPullLook,
  supplierPullRemove,
  deployCommand,
]

export interface Output {
  out(text: string): void
  err(text: string): void
}

/** → exit code: 0 done, 1 it failed, 2 it was called wrongly. */
export async function main(words: string[], { out, err }: Output): Promise<number> {
  const json = words.includes('--json')
  const fail = (code: number, message: string, status?: number) => {
    if (json) out(JSON.stringify({ error: message, ...(status && { status }) }))
    err(`fascia: ${message}`)
    return code
  }
  const command = find(words)
  if (!command) {
    const asked = words.filter((word) => !word.startsWith('-'))
    const group = COMMANDS.filter(({ name }) => name.startsWith([...asked, ''].join(' ')))
    if (group.length === 0)
      return fail(
        2,
        unknown(
          'command',
          asked.slice(0, 2).join(' '),
          COMMANDS.map(({ name }) => name),
        ),
      )
    out(overview(group))
    return words.includes('--help') ? 0 : 2
  }
  try {
    const rest = words.filter((word) => word !== '--').slice()
    for (const word of command.name.split(' ')) rest.splice(rest.indexOf(word), 1)
    if (rest.includes('--help')) {
      out(usage(command))
      return 0
    }
    const result = await command.run(readInput(command, rest, err))
    out(json ? JSON.stringify(result.json, null, 2) : result.text)
    return result.failed ? 1 : 0
  } catch (error) {
    if (error instanceof UsageError) return fail(2, `${error.message}\n  fascia ${command.name} --help`)
    if (error instanceof ApiError || (error instanceof SupplierError && error.status > 0))
      return fail(1, error.message, error.status)
    return fail(1, explain(error as Error))
  }
}

/** The command whose words the line begins with; flags may stand before them. */
function find(words: string[]): Command | undefined {
  const plain = words.filter((word) => !word.startsWith('-'))
  return COMMANDS.find(({ name }) => name.split(' ').every((word, i) => plain[i] === word))
}

function explain(error: Error): string {
  // What `fetch` says has a cause, and so has what the supplier's client makes of it.
  const inner = error instanceof SupplierError ? ((error.cause as Error | undefined) ?? error) : error
  const cause = inner.cause as { code?: string; message?: string } | undefined
  if (cause?.code === 'ECONNREFUSED')
    return `no server answers (${cause.message}); start one with: npm start -- --serve`
  return cause?.message ? `${error.message}: ${cause.message}` : error.message
}

/** All, or those that begin with the words that were given. */
function overview(commands: Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    'fascia: speaks to a running Fascia.',
    '',
    ...commands.map(({ name, summary }) => `  fascia ${name.padEnd(width)}  ${summary}`),
    '',
    'Every command takes --json and --help.',
  ].join('\n')
}
