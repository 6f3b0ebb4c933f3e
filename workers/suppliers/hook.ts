import { randomBytes } from 'node:crypto'
import type { HookStatus } from '../../durable-objects/supplier-desk/hook.ts'
import { base64 } from '../../shared/base/bytes.ts'
import { Fault } from '../../shared/base/fault.ts'
import { iso } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import { HOOK_EVENT_NAMES } from '../../shared/supply/hook.ts'
import type { Api } from '../api/route.ts'
import { inputOf } from '../read-input.ts'
import { deskOf } from './desk-of.ts'
import { mustBeOutside } from './must-be-outside.ts'
import { supplierRoute } from './route.ts'

const tag = 'Supplier account'
const scope = 'account:write'
const events = z.array(z.enum(HOOK_EVENT_NAMES)).max(HOOK_EVENT_NAMES.length)

const HookInput = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .refine((url) => !/^[a-z]+:\/\/[^/]*@/i.test(url), 'has credentials in it; use the signature instead')
    .describe('Where messages are posted; reachable from the internet'),
  events: events.default([]).describe('What is told; none named = all'),
})
const HookView = z
  .object({
    url: z.string(),
    events,
    since: z.string(),
    waiting: z.int().describe('Messages that are not taken yet'),
    delivered: z.int(),
    dropped: z.int().describe('Given up: after three days, or because too many waited'),
    failing: z.boolean().describe('The last try failed; it is made again, for three days'),
    last: z
      .object({ at: z.string(), status: z.int().nullable(), error: z.string().nullable() })
      .nullable()
      .describe('What the last try came to'),
  })
  .openapi('SupplierHook')
export type HookView = z.infer<typeof HookView>
const NewHookView = HookView.extend({
  secret: z.string().optional().describe('Shown this once; signatures are made with it, as Standard Webhooks has it'),
}).openapi('NewSupplierHook')

const EXAMPLE: HookView = {
  url: 'https://sleeplab.example/fascia',
  events: ['batch.done', 'alert.raised'],
  since: '2026-07-01T09:30:00.000Z',
  ...{ waiting: 0, delivered: 12, dropped: 0, failing: false },
  last: { at: '2026-07-05T09:12:01.000Z', status: 204, error: null },
}
const view = ({ since, last, ...rest }: HookStatus): HookView => ({
  ...rest,
  since: iso(since),
  last: last && { ...last, at: iso(last.at) },
})

/** Where a supplier is told what its batches came to, and of alerts. */
export function addSupplierHook(api: Api): void {
  supplierRoute(
    api,
    {
      id: 'getSupplierHook',
      method: 'get',
      path: '/supplier/hook',
      scope,
      tag,
      summary: 'Your webhook',
      description: 'Where you are told what your batches came to, and of alerts; each environment has its own.',
      answer: z.object({ hook: HookView.nullable() }),
      example: { hook: EXAMPLE },
    },
    async (c) => {
      const hook = await deskOf(c).hook()
      return c.json({ hook: hook && view(hook) })
    },
  )
  supplierRoute(
    api,
    {
      id: 'setSupplierHook',
      method: 'put',
      path: '/supplier/hook',
      scope,
      tag,
      summary: 'Sets your webhook',
      description:
        'Messages are posted as JSON, `{type, timestamp, data}`, signed as Standard Webhooks has it (`webhook-id`, `webhook-timestamp`, `webhook-signature`). A 2xx answer takes one; else it comes again, for three days. The first call makes the secret; another address keeps it. To have a new one, delete the webhook and set it again.',
      body: HookInput,
      bodyExample: { url: EXAMPLE.url, events: EXAMPLE.events },
      answer: NewHookView,
      example: { ...EXAMPLE, delivered: 0, last: null, secret: 'whsec_ASNFZ4mrze8BI0VniavN7wEjRWeJq83v' },
    },
    async (c) => {
      const input = await inputOf(c, HookInput)
      await mustBeOutside(c, new URL(input.url).host, 'url')
      const secret = `whsec_${base64(randomBytes(24))}`
      const { hook, fresh } = await deskOf(c).setHook(input, secret)
      return c.json({ ...view(hook), ...(fresh && { secret }) })
    },
  )
  supplierRoute(
    api,
    {
      id: 'deleteSupplierHook',
      method: 'delete',
      path: '/supplier/hook',
      scope,
      tag,
      summary: 'Takes your webhook away',
      description: 'What waits for it goes with it.',
      status: 204,
      fails: [404],
    },
    async (c) => {
      if (!(await deskOf(c).removeHook())) throw none()
      return c.body(null, 204)
    },
  )
  supplierRoute(
    api,
    {
      id: 'testSupplierHook',
      method: 'post',
      path: '/supplier/hook/test',
      scope,
      tag,
      summary: 'Sends a message of the type hook.test',
      description: 'At once, and once; what your server said is told.',
      answer: z.object({ ok: z.boolean(), status: z.int().nullable(), error: z.string().nullable() }),
      example: { ok: true, status: 204, error: null },
      fails: [404],
    },
    async (c) => {
      const told = await deskOf(c).testHook()
      if (!told) throw none()
      return c.json(told)
    },
  )
}
const none = () => new Fault('not_found', 'there is no webhook; set one with PUT /v2/supplier/hook', {}, 'no_hook')
