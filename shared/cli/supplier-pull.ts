import type { Pull } from '../sdk/supplier/wire.ts'
import { type Command, UsageError } from './command.ts'
import { count } from './flags.ts'
import { supplierOf } from './supplier-kept.ts'
import { table } from './table.ts'

export const supplierPullAdd: Command = {
  name: 'supplier pull add',
  summary: 'Lets objects of your bucket be fetched, with the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  takes: [
    { name: 'CONTRACT', help: 'what they come under: its name, name@1 or name@1.2' },
    { name: 'BUCKET', help: 'its name' },
  ],
  flags: {
    region: { value: 'REGION', help: 'of the bucket; default: AWS_REGION; auto for R2 and Google Cloud Storage' },
    endpoint: { value: 'STORE', help: 'where the store is, if it is not Amazon: https://…' },
    prefix: { value: 'PREFIX', help: 'only objects whose keys begin so: nights/' },
    suffix: { value: 'SUFFIX', help: 'only objects whose keys end so: .ndjson.gz' },
    every: { value: 'MINUTES', help: 'how long after a look the next one is; default: 15' },
    since: { value: 'TIME', help: 'only objects written from then on: 2026-07-01T00:00:00Z' },
    strict: { help: 'all of an object or nothing' },
    backfill: { help: 'past data, which do not overtake what is live' },
  },
  async run(input) {
    const [contract, bucket] = input.args as [string, string]
    const { flag, on } = input
    const keys = awsKeys()
    const region = flag('region') ?? process.env.AWS_REGION
    if (!region) throw new UsageError('--region is missing, and AWS_REGION is not set')
    const every_minutes = count(input, 'every')
    const given = { endpoint: flag('endpoint'), prefix: flag('prefix'), suffix: flag('suffix'), since: flag('since') }
    const pull = await supplierOf(input).pulls.create({
      ...{ contract, bucket, region, ...given, every_minutes, ...keys },
      ...(on('strict') && { mode: 'strict' as const }),
      ...(on('backfill') && { origin: 'backfill' as const }),
    })
    return { json: pull, text: pull.pull_id }
  },
}
export const supplierPullList: Command = {
  name: 'supplier pull list',
  summary: 'Your pulls: how far they are, and what keeps objects away.',
  async run(input) {
    const pulls = await supplierOf(input).pulls.list()
    return { json: pulls, text: pullTable(pulls) }
  },
}
export const supplierPullLook: Command = {
  name: 'supplier pull look',
  summary: 'Looks now: what waits is tried again, and what is new is found.',
  takes: [{ name: 'PULL', help: 'pul_…' }],
  flags: {
    failed: { help: 'objects that failed are tried again' },
    all: {
      help: 'also objects written more than 30 days ago, from `since` on; those that were taken are taken again, as duplicates',
    },
  },
  async run(input) {
    const { args, on } = input
    const pull = await supplierOf(input).pulls.look(args[0]!, { failed: on('failed'), all: on('all') })
    return { json: pull, text: pullTable([pull]) }
  },
}
export const supplierPullRemove: Command = {
  name: 'supplier pull remove',
  summary: 'Takes a pull away; its keys are forgotten. What became batches stays, and the bucket is as it was.',
  takes: [{ name: 'PULL', help: 'pul_…' }],
  async run(input) {
    const [pull_id] = input.args as [string]
    await supplierOf(input).pulls.delete(pull_id)
    return { json: { pull_id }, text: `${pull_id} is not there any more` }
  },
}

/** From the environment, as Amazon's own tools read them: an argument would stay in a shell's history. */
function awsKeys() {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY)
    throw new UsageError('set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a key that may list and read the bucket')
  return {
    access_key_id: AWS_ACCESS_KEY_ID,
    secret_access_key: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { session_token: AWS_SESSION_TOKEN }),
  }
}

function pullTable(pulls: Pull[]): string {
  const head = ['pull', 'state', 'contract', 'bucket', 'waiting', 'taken', 'failed', 'seen']
  const rows = pulls.map(({ pull_id, state, contract, bucket, prefix, objects, looked_at }) => {
    const { waiting, taken, failed } = objects
    const counts = [waiting, taken, failed].map(String)
    return [pull_id, state, contract, `${bucket}/${prefix}`, ...counts, looked_at ?? 'not yet']
  })
  const problems = pulls.flatMap(({ pull_id, problem }) => (problem ? [`${pull_id}: ${problem.message}`] : []))
  return [table(head, rows), ...problems].join('\n')
}
