import { beforeAll, expect, it } from 'vitest'
import { signedIn as memberSignedIn } from '../dashboard/member.ts'
import { type Account, call, migrate, newAccount } from '../house.ts'
import { signedIn } from '../suppliers/portal.ts'
import { answered, newSupplier, post, type Supplier } from '../suppliers/supplier.ts'

/** HEAD is a GET whose answer has no body: whoever watches pages asks them so. */
let account: Account
let supplier: Supplier
let member: { cookie: string }
let portal: { cookie: string }
beforeAll(async () => {
  await migrate()
  account = await newAccount()
  supplier = await newSupplier(call, account)
  member = await memberSignedIn(account)
  portal = await signedIn(supplier)
})

/** What GET says of itself, and HEAD; what differs each time is left out. */
async function both(path: string, headers: Record<string, string> = {}) {
  const [get, head] = await Promise.all(
    ['GET', 'HEAD'].map(async (method) => {
      const answer = await call(path, { method, headers, redirect: 'manual' })
      const told = ['content-type', 'location', 'cache-control', 'content-security-policy', 'etag']
      const said = Object.fromEntries(told.map((name) => [name, answer.headers.get(name)]))
      return { status: answer.status, said, body: await answer.text() }
    }),
  )
  return { get: get!, head: head! }
}

it.each([
  ['/health', 200],
  ['/openapi.json', 200],
  ['/docs', 200],
  ['/docs/suppliers', 200],
  ['/docs/no-such-page', 404],
  ['/suppliers', 303],
  ['/suppliers/sign-in', 200],
  ['/suppliers/batches', 303],
  ['/suppliers/assets/portal.css', 200],
  ['/suppliers/invitations/fsi_none', 404],
  ['/dashboard', 303],
  ['/dashboard/sign-in', 200],
  ['/dashboard/assets/dashboard.css', 200],
  ['/connect/no-such-page', 404],
])('HEAD %s is answered as its GET, %i, without a body', async (path, status) => {
  const { get, head } = await both(path)
  expect(head).toEqual({ ...get, status, body: '' })
})

it.each(['/suppliers', '/suppliers/batches', '/suppliers/quality', '/suppliers/credentials'])(
  'HEAD %s is answered as its GET to a supplier who is signed in',
  async (path) => {
    const { get, head } = await both(path, portal)
    expect(head).toEqual({ ...get, status: 200, body: '' })
  },
)

it.each(['/dashboard', '/dashboard/suppliers', '/dashboard/suppliers/invite'])(
  'HEAD %s is answered as its GET to a member who is signed in',
  async (path) => {
    const { get, head } = await both(path, member)
    expect(head).toEqual({ ...get, status: 200, body: '' })
  },
)

it('a supplier who is suspended may look by HEAD as by GET', async () => {
  const other = await newSupplier(call, account)
  await answered(await call(`/v2/suppliers/${other.supplier_id}/suspend`, post({ reason: 'late' }, account.headers)))
  const { get, head } = await both('/v2/supplier', other.headers)
  expect(head).toEqual({ ...get, status: 200, body: '' })
})

it.each(['/docs/', '/docs/suppliers/?a=1', '/suppliers/', '/dashboard/suppliers/'])(
  'an address that ends in a slash leads to the page: %s',
  async (path) => {
    const headers = path.startsWith('/suppliers') ? portal : member
    const answer = await call(path, { headers, redirect: 'manual' })
    const to = new URL(answer.headers.get('location') ?? '', 'https://fascia.test')
    expect([answer.status, to.origin, to.pathname + to.search]).toEqual([
      301,
      'https://fascia.test',
      path.replace(/\/(\?|$)/, '$1'),
    ])
    expect((await call(to.pathname, { headers })).status).toBe(200)
  },
)
it('and one that is no page stays unknown', async () => {
  expect((await call('/docs/nothing', { redirect: 'manual' })).status).toBe(404)
})
