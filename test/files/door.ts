import { onDevice } from '../../shared/source/define.ts'
import { type FileDefinition, FileRefused, fileResource } from '../../shared/source/file.ts'
import { normalizePayload } from '../../shared/source/normalize.ts'
import { account } from '../../shared/source/reckoning.ts'
import type { Door, Outcome } from '../providers/genuine.ts'
import { NOTHING, outcome } from '../providers/meet.ts'

/** Whoever uploads: nothing of the provider is read. */
export const uploader = onDevice({ slug: 'example', resource: 'EXAMPLE', name: 'Example' })

/** All that comes of a file, by its format's decoder or as a stream in small pieces: both must give the same. */
export async function recordsOf(format: FileDefinition, bytes: Uint8Array, chunk = 1000) {
  const pages = await pagesOf(format, bytes, chunk)
  const all = pages.map(({ resource, body }) =>
    normalizePayload(
      uploader,
      { resource: fileResource(format, resource), kind: 'push', body, user_id: 'u' },
      { [format.slug]: format },
    ),
  )
  return {
    pages,
    records: all.flatMap(({ records }) => records),
    quarantined: all.flatMap(({ quarantined }) => quarantined),
  }
}
async function pagesOf(format: FileDefinition, bytes: Uint8Array, chunk: number) {
  const pieces = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, i) =>
    bytes.slice(i * chunk, (i + 1) * chunk),
  )
  const pages: { resource: string; body: string }[] = []
  const stream = new ReadableStream<Uint8Array>({
    pull: (to) => {
      const next = pieces.shift()
      if (next) to.enqueue(next)
      else to.close()
    },
  })
  for await (const page of format.read(stream)) pages.push(page)
  return pages
}

/** The door of a format: recognized by its first bytes (or its name), read, normalized, every path accounted for. */
export const fileDoor =
  (format: FileDefinition): Door =>
  async ({ name, bytes }, meeting): Promise<Outcome> => {
    if (meeting.as !== 'fetched') return { ...NOTHING, result: 'accepted', reason: 'not a file' }
    const problems = !format.sniff(bytes.subarray(0, 4096)) && !name.endsWith('.json') ? ['it is not recognized'] : []
    try {
      const { pages, ...normalized } = await recordsOf(format, bytes)
      const accounts = pages.map(({ resource, body }) => account(format, resource, JSON.parse(body)))
      // What is damaged is told beside what could be read.
      const damage: string[] = pages.flatMap(({ body }) => JSON.parse(body).damage ?? [])
      const quarantined = normalized.quarantined.filter(({ reason }) => !damage.includes(reason))
      const found = outcome({ ...normalized, quarantined }, accounts, meeting)
      return { ...found, reason: found.reason ?? damage[0], problems: [...problems, ...found.problems] }
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error
      const expected = meeting.refused !== undefined && error.message.includes(meeting.refused)
      return { ...NOTHING, result: 'refused', reason: error.message, problems: expected ? [] : [error.message] }
    }
  }
