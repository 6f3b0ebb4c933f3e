import type { PullView as DeskPull, PullSettings } from '../../durable-objects/pull-api.ts'
import { keyOfSupplier } from '../../durable-objects/supplier-key.ts'
import { sealJson } from '../../shared/access/vault.ts'
import { Fault } from '../../shared/base/fault.ts'
import { newId } from '../../shared/base/ids.ts'
import { Quiet } from '../../shared/base/quiet.ts'
import { PULL } from '../../shared/base/supply-limits.ts'
import { z } from '../../shared/base/zod.ts'
import type { AwsKeys } from '../../shared/delivery/aws/client.ts'
import type { Refusal } from '../../shared/delivery/aws/refusal.ts'
import { notRead } from '../../shared/delivery/objects/refusal.ts'
import { addressOf } from '../../shared/delivery/objects/store.ts'
import { pullContext } from '../../shared/supply/pulled.ts'
import { limit } from '../api/params.ts'
import { type Api, queryOf } from '../api/route.ts'
import { inputOf } from '../read-input.ts'
import { contractOf } from './contract-of.ts'
import { deskAddress, deskOf } from './desk-of.ts'
import { mustBeOutside } from './must-be-outside.ts'
import { numberCursor, writeNumber } from './number-cursor.ts'
import {
  EXAMPLE_OBJECT,
  EXAMPLE_PULL,
  EXAMPLE_PULL_INPUT,
  LookInput,
  objectView,
  PullChangeInput,
  PulledObjectView,
  PullId,
  PullInput,
  PullView,
  pullView,
} from './pull-views.ts'
import { mayPush } from './pushing.ts'
import { supplierRoute } from './route.ts'
import { supplierBucket } from './supplier-bucket.ts'
import type { SupplierContext } from './supplier-only.ts'

const tag = 'Supplier account'
const scope = 'account:write'
const ObjectsQuery = z.object({
  state: z.enum(['waiting', 'taken', 'failed']).optional().openapi({ description: 'Only those', example: 'failed' }),
  cursor: numberCursor,
  limit,
})

/** Objects in a supplier's bucket, which we fetch as they are written. */
export function addPulls(api: Api): void {
  supplierRoute(
    api,
    {
      ...{ id: 'createPull', method: 'post', path: '/supplier/pulls', scope, tag },
      summary: 'Fetches the objects of a bucket',
      description: `We look at a prefix of your bucket (Amazon S3, or a store that speaks its protocol), and every object that is new becomes a batch: NDJSON or a JSON array, packed with gzip or not, up to 5 GB. They are taken in the order in which they were written; one that is put again is taken again. We only list and read. The keys are kept sealed; whether they open the bucket is tried before the answer. You may have ${PULL.most} pulls.`,
      body: PullInput,
      bodyExample: EXAMPLE_PULL_INPUT,
      status: 201,
      answer: PullView,
      example: { ...EXAMPLE_PULL, looked_at: null, objects: { waiting: 0, taken: 0, failed: 0 } },
      fails: [404, 409, 410],
    },
    create,
  )
  supplierRoute(
    api,
    {
      ...{ id: 'listPulls', method: 'get', path: '/supplier/pulls', scope, tag },
      summary: 'Your pulls',
      description: 'With when each was looked at last, and what keeps its objects away, where something does.',
      answer: z.object({ pulls: z.array(PullView) }),
      example: { pulls: [EXAMPLE_PULL] },
    },
    async (c) => c.json({ pulls: (await deskOf(c).pulls()).map(pullView) }),
  )
  supplierRoute(
    api,
    {
      ...{ id: 'getPull', method: 'get', path: '/supplier/pulls/:pull_id', scope, tag },
      summary: 'A pull',
      description: 'As in the list.',
      params: PullId,
      answer: PullView,
      example: EXAMPLE_PULL,
    },
    async (c) => c.json(pullView(await pullOf(c))),
  )
  supplierRoute(
    api,
    {
      ...{ id: 'changePull', method: 'patch', path: '/supplier/pulls/:pull_id', scope, tag },
      summary: 'Changes a pull',
      description: 'What is left out stays. New keys are tried first. Another bucket or prefix is another pull.',
      params: PullId,
      body: PullChangeInput,
      bodyExample: { every_minutes: 60 },
      answer: PullView,
      example: { ...EXAMPLE_PULL, every_minutes: 60 },
      fails: [409, 410],
    },
    change,
  )
  supplierRoute(
    api,
    {
      ...{ id: 'deletePull', method: 'delete', path: '/supplier/pulls/:pull_id', scope, tag },
      summary: 'Takes a pull away',
      description:
        'Its keys are forgotten, and which objects were taken. What became batches stays. Your bucket is as it was.',
      params: PullId,
      status: 204,
    },
    async (c) => {
      if (!(await deskOf(c).removePull(c.req.param('pull_id') ?? ''))) throw unknown()
      return c.body(null, 204)
    },
  )
  supplierRoute(
    api,
    {
      ...{ id: 'lookAtPull', method: 'post', path: '/supplier/pulls/:pull_id/look', scope, tag },
      summary: 'Looks now',
      description:
        'As if its time had come: what waits is tried again, and what is new is found; with `failed` and `all` more than that.',
      params: PullId,
      body: LookInput,
      bodyOptional: true,
      bodyExample: { failed: true },
      status: 202,
      answer: PullView,
      example: EXAMPLE_PULL,
      fails: [409],
    },
    async (c) => {
      const { failed: failedAgain, all: olderToo } = await inputOf(c, LookInput)
      const { pull_id, state } = await pullOf(c)
      if (state === 'paused')
        throw new Fault('conflict', 'the pull is paused; make it active with PATCH first', {}, 'pull_paused')
      return c.json(pullView(mustBe(await deskOf(c).changePull(pull_id, { now: true, failedAgain, olderToo }))), 202)
    },
  )
  supplierRoute(
    api,
    {
      ...{ id: 'listPulledObjects', method: 'get', path: '/supplier/pulls/:pull_id/objects', scope, tag },
      summary: 'Objects that were found, the newest first',
      description: 'Each with its batch, or why it failed.',
      params: PullId,
      query: ObjectsQuery,
      answer: z.object({ objects: z.array(PulledObjectView), next_cursor: z.string().nullable() }),
      example: { objects: [EXAMPLE_OBJECT], next_cursor: null },
    },
    async (c) => {
      const { pull_id } = await pullOf(c)
      const { cursor, limit: most, state } = queryOf(c, ObjectsQuery)
      const asked = { limit: most + 1, ...(cursor !== undefined && { before: cursor }), ...(state && { state }) }
      const rows = await deskOf(c).pulledObjects(pull_id, asked)
      const shown = rows.slice(0, most)
      const key = keyOfSupplier(c.env, addressIn(c))
      return c.json({
        objects: shown.map((row) => objectView(key, pull_id, row)),
        next_cursor: rows.length > most ? writeNumber(shown.at(-1)!.number) : null,
      })
    },
  )
}

async function create(c: SupplierContext): Promise<Response> {
  const { access_key_id, secret_access_key, session_token, ...input } = await inputOf(c, PullInput)
  const { bucket, region, endpoint, path_style, since, mode, ...rest } = input
  const place = { bucket, region, ...(endpoint && { endpoint }), ...(path_style !== undefined && { path_style }) }
  const keys = { access_key_id, secret_access_key, ...(session_token && { session_token }) }
  await mustTakeContract(c, input.contract)
  const settings = { ...rest, place, access_key_id, since: since ? Date.parse(since) : null, mode }
  await mustOpen(c, settings, keys)
  const pull_id = newId('pul')
  const pull = await deskOf(c).createPull({ pull_id, settings, sealed: sealed(c, pull_id, keys) })
  if (!pull)
    throw new Fault(
      'conflict',
      `you have ${PULL.most} pulls, as many as there may be; delete one`,
      {},
      'too_many_pulls',
    )
  return c.json(pullView(pull), 201)
}

async function change(c: SupplierContext): Promise<Response> {
  const { access_key_id, secret_access_key, session_token, state, mode, ...given } = await inputOf(c, PullChangeInput)
  const { pull_id, settings } = await pullOf(c)
  if (given.contract !== undefined) await mustTakeContract(c, given.contract)
  const keys = access_key_id && { access_key_id, secret_access_key: secret_access_key!, session_token }
  if (keys) await mustOpen(c, settings, keys)
  const changed = await deskOf(c).changePull(pull_id, {
    settings: {
      ...given,
      ...(mode !== undefined && { mode: mode ?? undefined }),
      ...(keys && { access_key_id }),
    } as Partial<PullSettings>,
    ...(keys && { sealed: sealed(c, pull_id, keys), now: true }),
    ...(state && { state }),
  })
  return c.json(pullView(mustBe(changed)))
}

const addressIn = (c: SupplierContext) => {
  const { supplier, environment } = c.get('supplier')
  return deskAddress(supplier, environment)
}
const sealed = (c: SupplierContext, pullId: string, keys: AwsKeys): string =>
  sealJson(keyOfSupplier(c.env, addressIn(c)), keys, pullContext(pullId))

/** Who sets up what comes by itself may send it. */
async function mustTakeContract(c: SupplierContext, named: string): Promise<void> {
  const { supplier, environment } = c.get('supplier')
  mayPush(c, await contractOf(c.env, { supplier_id: supplier.supplier_id, environment, named }))
}

/** The first object is looked for and opened, as it would be to be read; what the store says is told. */
async function mustOpen(
  c: SupplierContext,
  { place, prefix }: Pick<PullSettings, 'place' | 'prefix'>,
  keys: AwsKeys,
): Promise<void> {
  await mustBeOutside(c, new URL(addressOf(place, '')).host, place.endpoint === undefined ? 'bucket' : 'endpoint')
  const quiet = new Quiet(PULL.answerMs)
  try {
    const store = supplierBucket(place, keys, quiet.signal)
    const listed = await store.list(prefix, { from: undefined, most: 1 })
    if (listed.kind === 'refused') throw notOpened(listed.refusal)
    const [first] = listed.page.objects
    const opened = first && (await store.open(first.key, first.etag))
    if (opened?.kind === 'refused') throw notOpened(opened.refusal)
    if (opened?.kind === 'opened') await opened.response.body?.cancel().catch(() => undefined)
  } finally {
    quiet.over()
  }
}

function notOpened(refusal: Refusal): Fault {
  const { message, field } = notRead(refusal)
  return new Fault('bad_request', `${field ? `${field}: ` : ''}${message}`, {}, 'bucket_not_opened')
}

const pullOf = async (c: SupplierContext): Promise<DeskPull> =>
  mustBe(await deskOf(c).pull(c.req.param('pull_id') ?? ''))
function mustBe<T extends DeskPull>(pull: T | undefined): T {
  if (!pull) throw unknown()
  return pull
}
const unknown = () => new Fault('not_found', 'no such pull; GET /v2/supplier/pulls lists yours', {}, 'pull_unknown')
