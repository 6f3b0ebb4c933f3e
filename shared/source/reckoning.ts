import type { ProviderDefinition } from './define.ts'
import type { RecordMap, ResourceMap } from './map.ts'
import type { Omits } from './omits.ts'
import { goTo } from './paths.ts'
import type { Follow, Plan, Pull, Span } from './pull.ts'
import { leavesOf, type ReadPath, readPaths, type Step } from './read-paths.ts'
import { fromOf } from './reader.ts'

/** What is read of the payloads of one resource, what is left out for a reason, and what nobody has looked at. */

export interface Account {
  /** Every path at which the payload holds something. */
  paths: string[]
  read: string[]
  /** Path → reason. */
  omitted: Record<string, string>
  unread: string[]
  /** Of the paths, 0–1; 1 of a payload that holds nothing. */
  share: number
}
/** What is accounted for: a provider, or a format of files, which has maps alone. */
export type Accountable = Pick<ProviderDefinition, 'maps'> &
  Partial<Pick<ProviderDefinition, 'omits' | 'pulls' | 'notices' | 'webhook' | 'answers'>>
/** `notice`: a call of the provider's that holds no data. */
export type PayloadKind = 'push' | 'notice' | 'fetched'

export function account(unit: Accountable, resource: string, page: unknown, kind: PayloadKind = 'fetched'): Account {
  const read = pathsRead(unit, resource, page, kind)
  const roots = kind === 'notice' ? noticeRoots(unit, resource, page) : rootsOf(unit.maps[resource], page)
  return accountOf(page, read, omittedOf(unit.omits, resource, roots))
}

/** The same of paths that are known, both from the payload's root. */
export function accountOf(page: unknown, read: ReadPath[], omits: Omit[]): Account {
  const found = new Map<string, { read: boolean; path: string }>()
  leavesOf(page, read, ({ path, read }) => {
    const known = found.get(path)
    if (known) known.read &&= read
    else found.set(path, { read, path })
  })
  found.delete('')
  const account: Account = { paths: [...found.keys()], read: [], omitted: {}, unread: [], share: 1 }
  for (const { path, read } of found.values()) {
    const omit = read ? undefined : omits.find((one) => one.path.test(path))
    if (read) account.read.push(path)
    else if (omit) account.omitted[path] = omit.reason
    else account.unread.push(path)
  }
  if (found.size > 0) account.share = account.read.length / found.size
  return account
}

/** Every path that is read of a payload of this resource, from the payload's root; of no payload: of any shape it may have. */
export function pathsRead(unit: Accountable, resource: string, page: unknown, kind: PayloadKind): ReadPath[] {
  if (kind === 'notice') {
    const roots = noticeRoots(unit, resource, page)
    return [...under(roots, noticeFrom(unit, resource)), ...under([[]], itemsFrom(unit))]
  }
  const map = unit.maps[resource]
  const pulls = Object.entries(unit.pulls ?? {}).filter(([name, pull]) => (pull.resource ?? name) === resource)
  const page0 = [
    ...(unit.answers?.code === undefined ? [] : [unit.answers.code]),
    ...pulls.flatMap(([, pull]) => pagingFrom(pull)),
    ...(unit.webhook?.shape.kind === 'batch' ? [] : noticeFrom(unit, resource)),
  ]
  const followed = pulls.flatMap(([, pull]) =>
    under(
      rootsOf({ items: pull.items ?? '', single: pull.single ?? false, records: [] }, page),
      (pull.follow ?? []).flatMap((follow) => followFrom(unit, follow)),
    ),
  )
  const own = [
    ...(map ? mapFrom(map) : []),
    ...(unit.webhook?.shape.kind === 'batch' ? noticeFrom(unit, resource) : []),
  ]
  return [...under([[]], page0), ...followed, ...under(rootsOf(map, page), own)]
}

/** Where items are in a payload: as `normalizePayload` finds them. */
export function rootsOf(map: ResourceMap | undefined, page: unknown): Step[][] {
  if (page !== undefined && Array.isArray(page)) return [[ANY]]
  if (!map || map.items === '') return [[]]
  const listed = readPaths(map.items).map(({ steps }) => [...steps, ANY])
  if (page === undefined) return [...listed, [ANY], ...(map.single ? [[]] : [])]
  return map.single && !Array.isArray(goTo(map.items)(page)) ? [[]] : listed
}
export function noticeRoots({ webhook }: Accountable, resource: string, page: unknown): Step[][] {
  if (Array.isArray(page)) return [[ANY]]
  return webhook?.shape.kind === 'batch' ? [[{ name: resource }, ANY]] : [[]]
}
const ANY: Step = { any: true }
const itemsFrom = ({ webhook }: Accountable): string[] =>
  webhook?.shape.kind === 'list' && webhook.shape.items !== '' ? [`${webhook.shape.items}.length`] : []

/** Paths of readers at where their item stands; `/` is the payload's, what was carried stands in another one. */
export function under(roots: Step[][], paths: readonly string[]): ReadPath[] {
  return paths.flatMap((path) =>
    readPaths(path).flatMap(({ base, steps, shallow }) => {
      if (base === 'carried') return []
      const made = (start: Step[]): ReadPath => ({ steps: [...start, ...steps], ...(shallow && { shallow }) })
      return base === 'page' ? [made([])] : roots.map(made)
    }),
  )
}

export function mapFrom(map: ResourceMap): string[] {
  const from = map.records.flatMap((record) => recordFrom(record))
  return [
    ...(map.gather ? from.flatMap(map.gather.placed ?? ofSlices) : from),
    ...(map.gather ? fromOf(map.gather) : []),
    ...(map.newest ? [map.newest.id, map.newest.version] : []),
  ]
}
const ofSlices = (path: string): string[] => [path.replace(/^slices\.(\*|\d+)\.?/, '')]
function recordFrom({ place, compiled, options }: RecordMap): string[] {
  const from = [...place.from, ...compiled.from, ...fromOf(options.when), ...fromOf(options.gone)]
  if (options.each === undefined) return from
  const inner = from.map((path) =>
    path[0] === '^' ? path.slice(1) : /^[@/]/.test(path) ? path : `${options.each}.*.${path}`,
  )
  return [`${options.each}.length`, ...inner]
}
/** What is read of a call to know whose and what it is, what is gone, and what is fetched for it. */
function noticeFrom({ webhook, notices, maps }: Accountable, resource: string): string[] {
  if (!webhook) return []
  const { shape, deletion, lifecycle } = webhook
  return [
    shape.owner,
    ...(shape.kind !== 'batch' && typeof shape.resource === 'string' ? [shape.resource] : []),
    ...(webhook.eventId ?? []),
    ...(deletion ? [deletion.path, deletion.id, ...(deletion.at === undefined ? [] : [deletion.at])] : []),
    // An item of data that has a link is no data: what it links to is fetched.
    ...(webhook.link === undefined ? [] : [webhook.link]),
    ...fromOf(lifecycle?.[resource]),
    ...(resource in maps && webhook.kind === 'push' ? [] : (notices?.[resource] ?? []).flatMap(planFrom)),
  ]
}
const planFrom = ({ when, params, span }: Plan | Follow): string[] => [
  ...(when ? [when.path] : []),
  ...Object.values(params ?? {}),
  ...(span ? spanFrom(span) : []),
]
const spanFrom = (span: Span): string[] =>
  'from' in span ? [span.from, span.to] : [span.day, span.zone, span.offsetOf].filter((path) => path !== undefined)
const pagingFrom = ({ paging }: Pull): string[] => {
  if (!paging) return []
  if (paging.kind === 'cursor' || paging.kind === 'link') return [paging.from]
  if (paging.kind === 'more') return [paging.more, paging.from]
  return paging.kind === 'page' && paging.last !== undefined ? [paging.last] : []
}
/** What of an item leads to another pull, and what of it is read there. */
function followFrom(unit: Accountable, follow: Follow): string[] {
  const map = unit.maps[unit.pulls?.[follow.pull]?.resource ?? follow.pull]
  const carried = `@${follow.carry}.`
  const there = follow.carry === undefined || !map ? [] : mapFrom(map).filter((path) => path.startsWith(carried))
  return [...planFrom(follow), ...there.map((path) => path.slice(carried.length))]
}

/** A path that is left out, as a pattern of whole paths, and why. */
export interface Omit {
  path: RegExp
  reason: string
}
export function omittedOf(omits: Omits | undefined, resource: string, roots: Step[][] = [[]]): Omit[] {
  const all = [...Object.entries(omits?.[resource] ?? {}), ...Object.entries(omits?.['*'] ?? {})]
  const each = all.flatMap(([paths, reason]) => paths.split(' ').map((path) => [path, reason] as const))
  return each.flatMap(([path, reason]) => {
    const starts = path[0] === '/' ? [''] : roots.map((steps) => steps.map(nameOf).join('.'))
    return starts.map((start) => ({ path: patternOf(start, path.replace(/^[/^]/, '')), reason }))
  })
}
const nameOf = (step: Step): string => ('name' in step ? step.name : '*')
/** `*` is one step or a part of one, `**` at the end all there and below; a list of bare values goes by its own name. */
function patternOf(start: string, path: string): RegExp {
  const deep = path === '**' || path.endsWith('.**')
  const own = deep ? path.slice(0, -2).replace(/\.$/, '') : path
  const text = [start, own].filter((part) => part !== '').join('.')
  const pattern = text
    .replace(/[\\^$+?()|{}[\]/.-]/g, '\\$&')
    .replace(/\\\.\*(?=\\\.|$)/g, '(?:\\.[^.[\\]]+|\\[[^\\]]*\\])')
    .replace(/(?<![\])])\*/g, '[^.[\\]]*')
  return new RegExp(`^${pattern}${deep ? '(?:(?:^|[.[]).*)?$' : '(?:\\.\\*)?$'}`)
}
