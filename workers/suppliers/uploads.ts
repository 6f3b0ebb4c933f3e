import type { UploadView as DeskUpload } from '../../durable-objects/upload-api.ts'
import { crashPoint } from '../../shared/base/crash-point.ts'
import { Fault } from '../../shared/base/fault.ts'
import { newId } from '../../shared/base/ids.ts'
import { UPLOAD } from '../../shared/base/supply-limits.ts'
import { iso } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import { batchTerms } from '../../shared/supply/batch-terms.ts'
import { partCount, partLength } from '../../shared/supply/file-parts.ts'
import type { Api } from '../api/route.ts'
import { BatchBody } from '../ingest/batch-body.ts'
import { putPart } from '../ingest/upload-parts.ts'
import { inputOf } from '../read-input.ts'
import { ABOUT_MODE, ABOUT_ORIGIN, BatchView, batchView, EXAMPLE_BATCH } from './batch-views.ts'
import { deskAddress, deskOf } from './desk-of.ts'
import { ContractPath, letIn, pushOf } from './pushing.ts'
import { supplierRoute } from './route.ts'
import type { SupplierContext } from './supplier-only.ts'

const tag = 'Push'
const scope = 'ingest:write'
const GB = 1024 ** 3
const EXAMPLE_ID = 'upl_6b1f0c2d9e8a7b6c5d4e3f2a1b0c9d8e'
const UploadId = z.object({ upload_id: z.string().openapi({ description: 'An upload', example: EXAMPLE_ID }) })
const PartPath = UploadId.extend({
  part: z.coerce.number().int().min(1).openapi({ description: 'Which part; they count from 1', example: 1 }),
})
const UploadInput = z.strictObject({
  bytes: z.int().min(1).max(UPLOAD.bytes).describe('Of the whole file, as it is sent'),
  encoding: z.literal('gzip').optional().describe('It is packed: the file as a whole, not each part'),
  mode: z.enum(['partial', 'strict']).optional().describe(ABOUT_MODE),
  origin: z.enum(['live', 'backfill']).default('live').describe(ABOUT_ORIGIN),
})
const UploadView = z
  .object({
    upload_id: z.string(),
    contract: z.string(),
    state: z
      .enum(['open', 'reading', 'received', 'failed', 'cancelled'])
      .describe('`reading`: it is complete, and becomes a batch; `received`: it is one'),
    bytes: z.int(),
    part_bytes: z.int().describe('Of every part but the last'),
    parts: z.array(z.object({ part: z.int(), bytes: z.int(), sha256: z.string().describe('Of what came, in hex') })),
    batch_id: z.string().nullable(),
    reason: z.string().nullable().describe('Why it failed'),
    expires_at: z.string().describe('What is not complete by then is thrown away'),
  })
  .openapi('Upload')
const EXAMPLE: z.infer<typeof UploadView> = {
  upload_id: EXAMPLE_ID,
  contract: EXAMPLE_BATCH.contract,
  state: 'open',
  bytes: 2_147_483_648,
  part_bytes: UPLOAD.partBytes,
  parts: [
    { part: 1, bytes: UPLOAD.partBytes, sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
  ],
  batch_id: null,
  reason: null,
  expires_at: '2026-07-08T02:00:00.000Z',
}
const EXAMPLE_RECEIVING: BatchView = { ...EXAMPLE_BATCH, kind: 'upload', state: 'receiving', progress: 0, records: 0 }

/** Files of gigabytes, in parts that are sent as often as it takes. */
export function addUploads(api: Api): void {
  supplierRoute(
    api,
    {
      id: 'beginUpload',
      method: 'post',
      path: '/ingest/:contract/uploads',
      scope,
      tag,
      summary: 'Begins an upload in parts',
      description: `For files of up to ${UPLOAD.bytes / GB} GB (${UPLOAD.unpackedBytes / GB} GB unpacked), NDJSON or a JSON array. Cut it into parts of \`part_bytes\`, send each with PUT, in any order and again where it failed, and then complete it.`,
      params: ContractPath,
      body: UploadInput,
      bodyExample: { bytes: 2_147_483_648, encoding: 'gzip' },
      status: 201,
      answer: UploadView,
      example: { ...EXAMPLE, parts: [] },
      fails: [409, 410, 422, 503],
    },
    async (c) => {
      const { bytes, encoding, mode, origin } = await inputOf(c, UploadInput)
      const push = await pushOf(c)
      await letIn(c, push, { kind: 'records', bytes })
      const { contract_id, document } = push.known
      const upload = await deskOf(c).beginUpload({
        ...{ upload_id: newId('upl'), bytes, gzip: encoding === 'gzip' },
        batch: {
          ...{ contract_id, contract: push.contract, mode: mode ?? document.mode, origin },
          ...batchTerms(document),
        },
      })
      if (!upload)
        throw new Fault(
          'conflict',
          `${UPLOAD.openAtOnce} uploads are open, as many as there may be; complete or cancel one`,
          {},
          'too_many_uploads',
        )
      return c.json(shown(upload), 201)
    },
  )
  supplierRoute(
    api,
    {
      ...{ id: 'getUpload', method: 'get', path: '/ingest/uploads/:upload_id', scope, tag },
      summary: 'How far an upload is',
      description: 'With the parts that are here: after a crash only the others need to be sent.',
      params: UploadId,
      answer: UploadView,
      example: EXAMPLE,
    },
    async (c) => c.json(shown(await uploadOf(c))),
  )
  supplierRoute(
    api,
    {
      ...{ id: 'cancelUpload', method: 'delete', path: '/ingest/uploads/:upload_id', scope, tag },
      summary: 'Throws an upload away',
      description: 'One that is complete stays: cancel its batch.',
      params: UploadId,
      answer: UploadView,
      example: { ...EXAMPLE, state: 'cancelled', parts: [] },
    },
    async (c) => {
      const view = await deskOf(c).cancelUpload(c.req.param('upload_id') ?? '')
      if (!view) throw unknown()
      return c.json(shown(view))
    },
  )
  supplierRoute(
    api,
    {
      ...{ id: 'putUploadPart', method: 'put', path: '/ingest/uploads/:upload_id/parts/:part', scope, tag },
      summary: 'Takes a part of an upload',
      description:
        'The bytes of the file from `(part - 1) × part_bytes` on, `part_bytes` of them, or what is left. `Content-Digest` is checked. A part that comes again replaces what was there.',
      params: PartPath,
      bytes: 'application/octet-stream',
      bytesAre: 'The part',
      answer: UploadView,
      example: EXAMPLE,
      fails: [409],
    },
    takePart,
  )
  supplierRoute(
    api,
    {
      ...{ id: 'completeUpload', method: 'post', path: '/ingest/uploads/:upload_id/complete', scope, tag },
      summary: 'Makes an upload a batch',
      description:
        'Answers with its batch, which is `receiving` until all of it is read. Where the bytes are no batch it fails, and says why.',
      params: UploadId,
      status: 202,
      answer: BatchView,
      example: EXAMPLE_RECEIVING,
      fails: [409],
    },
    complete,
  )
}

async function takePart(c: SupplierContext): Promise<Response> {
  const upload = await uploadOf(c)
  const path = PartPath.shape.part.safeParse(c.req.param('part'))
  const due = path.success ? partLength(upload.bytes, path.data) : 0
  if (!path.success || due === 0)
    throw new Fault('not_found', `this upload has the parts 1 to ${partCount(upload.bytes)}`, {}, 'part_unknown')
  if (upload.state !== 'open') throw over(upload.state, upload.reason)
  const wrong = () =>
    new Fault(
      'bad_request',
      `part ${path.data} has ${due} bytes; send the file’s bytes from ${(path.data - 1) * UPLOAD.partBytes} on`,
      {},
      'part_length',
    )
  const body = new BatchBody(c.req.raw, due, wrong)
  const part = new Uint8Array(due)
  let at = 0
  for await (const chunk of body.chunks()) {
    part.set(chunk, at)
    at += chunk.length
  }
  if (body.bytes !== due) throw wrong()
  const { supplier, environment } = c.get('supplier')
  const { upload_id } = upload
  await putPart(c.env, deskAddress(supplier, environment), upload_id, path.data, part)
  await crashPoint('part-before-commit', c.env)
  if (!(await deskOf(c).partCame(upload_id, { part: path.data, bytes: due, hash: body.digest() })))
    throw await overNow(c)
  await crashPoint('part-after-commit', c.env)
  return c.json(shown(await uploadOf(c)))
}

async function complete(c: SupplierContext): Promise<Response> {
  const completed = await deskOf(c).completeUpload(c.req.param('upload_id') ?? '', newId('bat'))
  if (!completed) throw unknown()
  if (completed.kind === 'over') throw over(completed.state, completed.reason)
  if (completed.kind === 'missing')
    throw new Fault(
      'conflict',
      `parts are missing, or not as long as they are: ${completed.parts.join(', ')}${completed.parts.length === 20 ? ', …' : ''}; send them first`,
      {},
      'parts_missing',
    )
  const { batch } = completed
  c.header('location', `/v2/supplier/batches/${batch.batch_id}`)
  return c.json(batchView(batch), 202)
}

async function uploadOf(c: SupplierContext): Promise<DeskUpload> {
  const upload = await deskOf(c).upload(c.req.param('upload_id') ?? '')
  if (!upload) throw unknown()
  return upload
}
async function overNow(c: SupplierContext): Promise<Fault> {
  const { state, reason } = await uploadOf(c)
  return over(state, reason)
}
const unknown = () => new Fault('not_found', 'no such upload; begin one', {}, 'upload_unknown')
const over = (state: string, reason: string | null) =>
  new Fault(
    'conflict',
    `the upload is ${state}${reason === null ? '' : ` (${reason})`} and takes nothing more; begin another`,
    {},
    'upload_over',
  )
const shown = ({ parts, expires_at, ...rest }: DeskUpload): z.infer<typeof UploadView> => ({
  ...rest,
  part_bytes: UPLOAD.partBytes,
  parts: parts.map(({ part, bytes, hash }) => ({ part, bytes, sha256: hash })),
  expires_at: iso(expires_at),
})
