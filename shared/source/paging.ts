import type { Paging } from './define.ts'
import { goTo, type Item } from './reader.ts'

/** What the next request has beside the template, or its whole address. */
export type Turn = { params: Record<string, string> } | { url: string }

/** How the pages go on after this one; undefined: it was the last. */
export function nextPage(
  paging: Paging | undefined,
  page: Item,
  items: Item[] | undefined,
  turn: Turn,
): Turn | undefined {
  if (!paging) return undefined
  const before = 'params' in turn ? turn.params : {}
  switch (paging.kind) {
    case 'link': {
      const url = goTo(paging.from)(page)
      return typeof url === 'string' && url !== '' ? { url } : undefined
    }
    case 'page': {
      const at = Number(before[paging.to] ?? paging.first)
      const next = { params: { ...before, [paging.to]: String(at + 1) } }
      const last = paging.last === undefined ? undefined : Number(goTo(paging.last)(page))
      if (last !== undefined) return at < last ? next : undefined
      return countOf(items, page) >= (paging.size ?? 1) ? next : undefined
    }
    case 'offset': {
      const count = countOf(items, page)
      const at = Number(before[paging.to] ?? 0) + count
      return count >= paging.size ? { params: { ...before, [paging.to]: String(at) } } : undefined
    }
    case 'more':
      return goTo(paging.more)(page) ? cursor(paging, page, before) : undefined
    case 'cursor':
      return cursor(paging, page, before)
  }
}
function cursor({ from, to }: { from: string; to: string }, page: Item, before: Record<string, string>) {
  const next = goTo(from)(page)
  return next === undefined || next === '' ? undefined : { params: { ...before, [to]: String(next) } }
}
const countOf = (items: Item[] | undefined, page: Item): number =>
  items?.length ?? (Array.isArray(page) ? page.length : 0)
