import type { FileDefinition, Files } from './file.ts'

/** So much of a file's beginning tells what it is. */
export const HEAD_BYTES = 4096

/** The format of a file: by its first bytes, else by its name, else by what its sender says it is. */
export function formatOf(
  files: Files,
  { head, name, contentType }: { head: Uint8Array; name: string | undefined; contentType: string | undefined },
): FileDefinition | undefined {
  const all = Object.values(files)
  const lower = name?.toLowerCase() ?? ''
  const [kind] = (contentType ?? '').toLowerCase().split(/[; ]/, 1) as [string]
  return (
    all.find(({ sniff }) => sniff(head)) ??
    all.find(({ extensions }) => extensions.some((extension) => lower.endsWith(`.${extension}`))) ??
    all.find(({ mediaTypes }) => mediaTypes.includes(kind))
  )
}

const [GZIP_1, GZIP_2] = [0x1f, 0x8b]
export const isGzip = (head: Uint8Array): boolean => head[0] === GZIP_1 && head[1] === GZIP_2
/** A file that was packed is called without the ending of that. */
export const unpackedName = (name: string | undefined): string | undefined => name?.replace(/\.gz$/i, '')
