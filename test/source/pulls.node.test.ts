import { describe, expect, test } from 'vitest'
import { outside } from '../../shared/base/http.ts'
import { PullRefused, RetryLater } from '../../shared/source/ask.ts'
import { defineProvider, type ProviderTable, type Pull } from '../../shared/source/define.ts'
import { fetchPayloads } from '../../shared/source/fetch.ts'

/** How a provider's answers hang together: pages, items that lead on, files, and what is offered until it is taken. */
const ORIGIN = 'https://provider.example'
const get = (path: string): Pull['request'] => ({ method: 'GET', url: ORIGIN + path, as: 'user' })

interface World {
  table?: Partial<ProviderTable>
  values?: Record<string, string>
  notice?: object
}
async function pulled(pulls: Record<string, Pull>, answers: Record<string, unknown>, world: World = {}) {
  const log: string[] = []
  const provider = defineProvider({
    slug: 'made-up',
    resource: 'MADE_UP',
    name: 'Made up',
    category: 'training',
    origins: [ORIGIN],
    auth: { kind: 'credentials', fields: [], carry: { kind: 'bearer' }, identity: { path: 'id', request: get('/me') } },
    connected: { historyDays: 1 },
    pulls,
    notices: { all: [{ pull: Object.keys(pulls)[0]! }] },
    maps: {},
    ...world.table,
  })
  const http = outside({
    fetch: (async (input: string, init: RequestInit) => {
      const url = new URL(input)
      const asked = `${init.method ?? 'GET'} ${url.origin === ORIGIN ? '' : url.origin}${url.pathname}${url.search}`
      log.push(init.body ? `${asked} ${init.body}` : asked)
      const answer = answers[asked]
      if (answer instanceof Response) return answer
      return answer === undefined ? new Response('', { status: 404 }) : Response.json(answer)
    }) as unknown as typeof fetch,
  })
  const { pages, commit } = await fetchPayloads(
    provider,
    { resource: 'all', body: JSON.stringify(world.notice ?? {}) },
    { http, now: () => Date.UTC(2026, 6, 20), token: async () => ({ access_token: 't', values: world.values }) },
  )
  return { pages, log, commit }
}
const bodies = ({ pages }: { pages: { body: string }[] }) => pages.map(({ body }) => JSON.parse(body) as unknown)

describe('pages', () => {
  test('whose next one is a whole address', async () => {
    const list: Pull = {
      request: get('/list'),
      items: 'entry',
      paging: { kind: 'link', from: 'link[relation=next].url' },
    }
    const answers = {
      'GET /list': {
        entry: [1],
        link: [
          { relation: 'self', url: 'x' },
          { relation: 'next', url: `${ORIGIN}/list?p=2` },
        ],
      },
      'GET /list?p=2': { entry: [2], link: [] },
    }
    expect((await pulled({ list }, answers)).log).toEqual(['GET /list', 'GET /list?p=2'])
  })
  test('whose next one is told without its host', async () => {
    const list: Pull = { request: get('/list'), items: 'entry', paging: { kind: 'link', from: 'next' } }
    const answers = { 'GET /list': { entry: [1], next: '/list?p=2' }, 'GET /list?p=2': { entry: [2] } }
    expect((await pulled({ list }, answers)).log).toEqual(['GET /list', 'GET /list?p=2'])
  })
  test('whose next one would lead away are not followed', async () => {
    const list: Pull = { request: get('/list'), items: 'entry', paging: { kind: 'link', from: 'next' } }
    const away = { 'GET /list': { entry: [1], next: 'https://elsewhere.example/list' } }
    await expect(pulled({ list }, away)).rejects.toThrow(PullRefused)
  })
  test('that are numbered, up to the last', async () => {
    const paging = { kind: 'page', to: 'page', first: 1, last: 'page_count' } as const
    const list: Pull = { request: get('/list'), items: 'all', paging }
    const answers = {
      'GET /list?page=1': { all: [1], page_count: 2 },
      'GET /list?page=2': { all: [2], page_count: 2 },
    }
    expect((await pulled({ list }, answers)).log).toEqual(['GET /list?page=1', 'GET /list?page=2'])
  })
  test('that are numbered, until one is shorter', async () => {
    const paging = { kind: 'page', to: 'page', first: 1, size: 2 } as const
    const answers = { 'GET /list?page=1': [{}, {}], 'GET /list?page=2': [{}] }
    const list: Pull = { request: get('/list'), items: '', paging }
    expect((await pulled({ list }, answers)).log).toEqual(['GET /list?page=1', 'GET /list?page=2'])
  })
  test('that are told by how much is left out', async () => {
    const list: Pull = { request: get('/list'), items: 'payload', paging: { kind: 'offset', to: 'offset', size: 2 } }
    const answers = { 'GET /list': { payload: [1, 2] }, 'GET /list?offset=2': { payload: [3] } }
    expect((await pulled({ list }, answers)).log).toEqual(['GET /list', 'GET /list?offset=2'])
  })
  test('that run in circles end with a reason', async () => {
    const list: Pull = { request: get('/list'), items: 'all', paging: { kind: 'cursor', from: 'next', to: 'next' } }
    const answers = { 'GET /list': { all: [1], next: 'a' }, 'GET /list?next=a': { all: [1], next: 'a' } }
    await expect(pulled({ list }, answers)).rejects.toThrow('runs in circles')
  })
})

describe('items', () => {
  test('lead to their details, and only those that have some', async () => {
    const list: Pull = {
      request: get('/list'),
      items: 'all',
      index: true,
      follow: [{ pull: 'detail', params: { id: 'id' }, when: { path: 'kind', in: ['ride', 'run'] }, carry: 'item' }],
    }
    const detail: Pull = { request: get('/detail/{id}') }
    const answers = {
      'GET /list': {
        all: [
          { id: 1, kind: 'ride' },
          { id: 2, kind: 'note' },
        ],
      },
      'GET /detail/1': { d: 1 },
    }
    const made = await pulled({ list, detail }, answers)
    // The list itself holds no data: it is not kept.
    expect(bodies(made)).toEqual([{ carried: { item: { id: 1, kind: 'ride' } }, page: { d: 1 } }])
  })
  test('lead to files, which are kept as they are', async () => {
    const list: Pull = {
      request: get('/list'),
      items: 'all',
      index: true,
      follow: [{ pull: 'file', params: { url: 'file.url' }, when: { path: 'file.url', there: true }, carry: 'item' }],
    }
    const file: Pull = { request: { method: 'GET', url: '{+url}', as: 'app' }, file: 'fit' }
    const answers = {
      'GET /list': { all: [{ file: { url: `${ORIGIN}/a.fit` } }, {}] },
      'GET /a.fit': new Response(new Uint8Array([14, 255, 0])),
    }
    const [page] = bodies(await pulled({ list, file }, answers))
    expect(page).toMatchObject({ page: { file: { format: 'fit', base64: 'Dv8A' } } })
  })
  test('do not lead a token to a foreign address', async () => {
    const list: Pull = { request: get('/list'), items: 'all', follow: [{ pull: 'file', params: { url: 'url' } }] }
    const file: Pull = { request: { method: 'GET', url: '{+url}', as: 'user' }, file: 'fit' }
    await expect(pulled({ list, file }, { 'GET /list': { all: [{ url: 'https://evil.example/x' }] } })).rejects.toThrow(
      'foreign origin',
    )
  })
})

describe('a transaction', () => {
  const open: Pull = {
    request: { method: 'POST', url: `${ORIGIN}/transactions`, as: 'user' },
    index: true,
    items: '',
    single: true,
    follow: [{ pull: 'list', params: { id: 'transaction-id' } }],
    commit: { method: 'PUT', url: `${ORIGIN}/transactions/{transaction_id}`, as: 'user' },
  }
  const list: Pull = { request: get('/transactions/{id}'), items: 'items' }
  const answers = {
    'POST /transactions': { 'transaction-id': 7 },
    'GET /transactions/7': { items: [{}] },
    'PUT /transactions/7': {},
  }
  test('is committed there when it is committed here', async () => {
    const made = await pulled({ open, list }, answers)
    expect(made.pages).toHaveLength(1)
    expect(made.log).not.toContain('PUT /transactions/7')
    await made.commit()
    expect(made.log).toContain('PUT /transactions/7')
  })
})

describe('a user’s own server', () => {
  const entries: Pull = { request: { method: 'GET', url: '{+base_url}/api/entries', as: 'user' }, items: '' }
  test('is asked at the address that they gave', async () => {
    const answers = { 'GET https://mine.example/api/entries': [{}] }
    const world = { values: { base_url: 'https://mine.example' } }
    expect((await pulled({ entries }, answers, world)).pages).toHaveLength(1)
  })
})

describe('answers', () => {
  const list: Pull = { request: get('/list'), items: 'data' }
  const table = { answers: { code: 'result', ok: ['0000'], limited: ['1019'], unauthorized: ['1001'] } }
  test('tell errors in a field, by words', async () => {
    expect((await pulled({ list }, { 'GET /list': { result: '0000', data: [1] } }, { table })).pages).toHaveLength(1)
    await expect(pulled({ list }, { 'GET /list': { result: '1019' } }, { table })).rejects.toThrow(RetryLater)
    await expect(pulled({ list }, { 'GET /list': { result: '5000' } }, { table })).rejects.toThrow(PullRefused)
  })
  test('may be empty', async () => {
    expect((await pulled({ list }, { 'GET /list': new Response(null, { status: 204 }) })).pages).toEqual([])
  })
  test('that are cut off or a page for people are asked for again', async () => {
    for (const text of ['{"data":[1', '<html>', 'null and more'])
      await expect(pulled({ list }, { 'GET /list': new Response(text) })).rejects.toThrow(RetryLater)
  })
})

test('headers that a provider wants everywhere hold what was kept of the user', async () => {
  const seen: Headers[] = []
  const provider = defineProvider({
    slug: 'made-up',
    resource: 'MADE_UP',
    name: 'Made up',
    category: 'training',
    origins: [ORIGIN],
    auth: { kind: 'device' },
    headers: { 'account-id': '{account}', 'api-key': '{subscription_key}' },
    facts: { version: { value: '4.7', about: 'what the app says' } },
    connected: { historyDays: 0 },
    pulls: { list: { request: { ...get('/list'), query: { v: '{version}' } } } },
    notices: { all: [{ pull: 'list' }] },
    maps: {},
  })
  const app = {
    client_id: 'c',
    client_secret: 's',
    ingest_secret: 'x'.repeat(16),
    more: { subscription_key: 'k', version: '4.8' },
  }
  const http = async (url: string, init?: RequestInit) => {
    seen.push(new Headers(init?.headers))
    return Response.json({ url })
  }
  const token = async () => ({ access_token: 't', values: { account: 'a-1' } })
  const { pages } = await fetchPayloads(provider, { resource: 'all', body: '{}' }, { http, app, now: () => 0, token })
  expect([seen[0]!.get('account-id'), seen[0]!.get('api-key')]).toEqual(['a-1', 'k'])
  // A deployment corrects a fact in its app.
  expect(pages[0]!.body).toContain('v=4.8')
})
