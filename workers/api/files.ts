import type { Context } from 'hono'
import type { FileView } from '../../durable-objects/file-api.ts'
import { eventLog } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { cellOf, newFileId, userOfFile } from '../../shared/base/ids.ts'
import { iso } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import { FILES } from '../../shared/catalog/units.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'
import { formatOf, unpackedName } from '../../shared/source/file-format.ts'
import type { ApiEnv } from '../access.ts'
import { uploadsOf } from '../connect/uploads.ts'
import { fileStream } from '../ingest/file-stream.ts'
import { receiveFile } from '../ingest/receive-file.ts'
import { UserId } from './params.ts'
import { type Api, queryOf, route } from './route.ts'
import { connectionOf } from './user-of.ts'

const tag = 'Data'
const UploadQuery = z.object({
  user_id: UserId.optional(),
  reference_id: z.string().min(1).max(512).optional().openapi({
    description: 'Your own name of a person, instead of a `user_id`: their uploads have a connection of their own',
    example: 'user-42',
  }),
  name: z
    .string()
    .max(512)
    .optional()
    .openapi({ description: 'The file’s name: shown, and told formats by', example: 'ride.fit' }),
})
const FilePath = z.object({ file_id: z.string().openapi({ description: 'A file', example: newExample() }) })
const Upload = z
  .object({
    file_id: z.string(),
    user_id: z.string(),
    state: z
      .enum(['receiving', 'reading', 'processing', 'done', 'failed'])
      .describe('processing: all of it is read, and becomes records'),
    format: z.string().describe('As it was recognized'),
    name: z.string().nullable(),
    bytes: z.int(),
    percent: z.int().describe('0–100, of what is read and has become records'),
    pages: z.int().describe('A large file is read page by page'),
    pages_done: z.int(),
    records: z.int().describe('How many came of it; those that were here already and are the same make no event'),
    quarantined: z.int().describe('How much of it could not be read: GET /quarantine tells what, and why'),
    reason: z.string().nullable().describe('Why it failed'),
    created_at: z.string(),
    ended_at: z.string().nullable(),
  })
  .openapi('File')
const EXAMPLE: z.infer<typeof Upload> = {
  file_id: newExample(),
  user_id: EXAMPLE_USER.user_id,
  state: 'processing',
  format: 'FIT',
  name: 'ride.fit',
  bytes: 148_211,
  percent: 0,
  pages: 1,
  pages_done: 0,
  records: 0,
  quarantined: 0,
  reason: null,
  created_at: '2026-07-01T09:00:00.000Z',
  ended_at: null,
}

/** Files that people export: from watches, apps and clinics. */
export function addFiles(api: Api): void {
  const names = Object.values(FILES).map(({ name }) => name)
  route(
    api,
    {
      id: 'uploadFile',
      method: 'post',
      path: '/files',
      scope: 'data:write',
      tag,
      summary: 'Takes a file of data in',
      description: `The body is the file as it is, up to 1 GB, packed with gzip or not: ${names.join(', ')}. What it is is told by its first bytes, else by its name or content type. Name the person by the \`user_id\` of one of their connections, or by \`reference_id\` alone. Answered when it is safe; records follow, and \`GET /files/{file_id}\` tells how far it is. Of a large file destinations hear \`large_request_processing\` and \`large_request_sending\`, both with the \`file_id\` as their reference. The same bytes again are the same file.`,
      query: UploadQuery,
      bytes: 'application/octet-stream',
      bytesAre: 'The file’s bytes',
      status: 202,
      answer: Upload,
      example: EXAMPLE,
      fails: [404],
    },
    async (c) => {
      const query = queryOf(c, UploadQuery)
      const { head, packed, chunks } = await fileStream(c.req.raw)
      const name = packed ? unpackedName(query.name) : query.name
      const format = formatOf(FILES, { head, name, contentType: packed ? undefined : c.req.header('content-type') })
      if (!format)
        throw new Fault(
          'unsupported_media_type',
          `this is no file that is read here (${names.join(', ')}), by its first bytes, its name or its content type; name it with ?name= if it is one`,
        )
      const row = await ownerOf(c, query)
      const file = {
        file_id: newFileId(row.user_id),
        user_id: row.user_id,
        format: format.slug,
        name: query.name ?? null,
      }
      return c.json(shown(await receiveFile(c.env, row, format, file, chunks)), 202)
    },
  )
  route(
    api,
    {
      id: 'getFile',
      method: 'get',
      path: '/files/:file_id',
      scope: 'data:read',
      tag,
      summary: 'What became of a file',
      description: 'The last hundred files of a connection are told of.',
      params: FilePath,
      answer: Upload,
      example: {
        ...EXAMPLE,
        state: 'done',
        percent: 100,
        pages_done: 1,
        records: 1,
        ended_at: '2026-07-01T09:00:01.000Z',
      },
    },
    async (c) => {
      const file_id = c.req.param('file_id') ?? ''
      const userId = userOfFile(file_id)
      const row = userId === undefined ? undefined : await connectionOf(c, userId)
      const view = row && (await eventLog(c.env, row).file(file_id, row.user_id))
      if (!view) throw new Fault('not_found', 'no such file')
      return c.json(shown(view))
    },
  )
}

/** Exactly one of the two names the person. */
async function ownerOf(c: Context<ApiEnv>, query: z.infer<typeof UploadQuery>): Promise<ConnectionRow> {
  const { user_id, reference_id } = query
  if ((user_id === undefined) === (reference_id === undefined))
    throw new Fault('bad_request', 'name whose file it is: either user_id or reference_id')
  const row =
    user_id === undefined ? await uploadsOf(c.env, c.get('developer'), reference_id!) : await connectionOf(c, user_id)
  if (cellOf(row.user_id) === undefined || row.state !== 'active')
    throw new Fault('conflict', 'the user is not active: they have to connect again first')
  return row
}

function shown({ share, madeAt, endedAt, format, ...rest }: FileView): z.infer<typeof Upload> {
  const { state, pages, pages_done } = rest
  const percent =
    state === 'done' ? 100 : Math.min(99, Math.floor(100 * share * (pages === 0 ? 0 : pages_done / pages)))
  return {
    ...rest,
    format: FILES[format]?.name ?? format,
    percent,
    created_at: iso(madeAt),
    ended_at: iso(endedAt),
  }
}
function newExample(): string {
  return `fil_${EXAMPLE_USER.user_id.replaceAll('-', '')}9c4f1e7a2b3d5068`
}
