import type { Context } from 'hono'
import { z } from '../../shared/base/zod.ts'
import { listKeys } from '../../shared/db/api-keys.ts'
import { open } from '../../shared/db/open.ts'
import type { ApiEnv } from '../access.ts'
import { changed, made, revoked, rotated, view } from '../manage-keys.ts'
import { inputOf } from '../read-input.ts'
import {
  EXAMPLE_KEY,
  EXAMPLE_NEW_KEY,
  KeyChangeInput,
  KeyId,
  KeyInput,
  KeyView,
  NewKeyView,
  RotateInput,
} from './key-views.ts'
import { type Api, route } from './route.ts'

const tag = 'Keys'
/** Good keys are fewer; the rest are the last that ended. */
const LISTED = 200
const idOf = (c: Context<ApiEnv>): string => c.req.param('id') ?? ''

export function addKeys(api: Api): void {
  route(
    api,
    {
      id: 'listKeys',
      method: 'get',
      path: '/keys',
      scope: 'keys:read',
      tag,
      summary: 'All keys, without the keys themselves',
      description: 'Also those that ended, as far back as 200 keys go.',
      answer: z.object({ keys: z.array(KeyView) }),
      example: { keys: [EXAMPLE_KEY] },
    },
    async (c) => {
      const rows = await listKeys(open(c.env.DB), c.get('developer').developer_id, LISTED)
      return c.json({ keys: rows.map(view) })
    },
  )
  route(
    api,
    {
      id: 'createKey',
      method: 'post',
      path: '/keys',
      scope: 'keys:write',
      tag,
      summary: 'Makes a key; it is shown this once',
      description: 'A key gives no scope that it lacks itself.',
      body: KeyInput,
      bodyExample: { name: 'dashboard', scopes: ['data:read', 'users:read'] },
      status: 201,
      answer: NewKeyView,
      example: EXAMPLE_NEW_KEY,
      fails: [409],
    },
    async (c) => c.json(await made(c, await inputOf(c, KeyInput)), 201),
  )
  route(
    api,
    {
      id: 'changeKey',
      method: 'patch',
      path: '/keys/:id',
      scope: 'keys:write',
      tag,
      summary: 'Changes a key’s name, scopes or end',
      description: 'Only what is named changes. Known everywhere within five seconds.',
      params: KeyId,
      body: KeyChangeInput,
      bodyExample: { scopes: ['data:read'] },
      answer: KeyView,
      example: EXAMPLE_KEY,
      fails: [409],
    },
    async (c) => c.json(await changed(c, idOf(c), await inputOf(c, KeyChangeInput))),
  )
  route(
    api,
    {
      id: 'deleteKey',
      method: 'delete',
      path: '/keys/:id',
      scope: 'keys:write',
      tag,
      summary: 'Ends a key',
      description: 'Refused everywhere within five seconds. The last key that can manage keys does not end itself.',
      params: KeyId,
      answer: z.object({ status: z.literal('success') }),
      example: { status: 'success' },
      fails: [409],
    },
    async (c) => {
      await revoked(c, idOf(c))
      return c.json({ status: 'success' })
    },
  )
  route(
    api,
    {
      id: 'rotateKey',
      method: 'post',
      path: '/keys/:id/rotate',
      scope: 'keys:write',
      tag,
      summary: 'Makes a key in place of another, which ends a while later',
      description:
        'The new one has the same name and scopes and is shown this once. Where the old one had an end, the new one lives as long again.',
      params: KeyId,
      body: RotateInput,
      bodyOptional: true,
      bodyExample: { overlap_seconds: 3_600 },
      status: 201,
      answer: NewKeyView,
      example: EXAMPLE_NEW_KEY,
      fails: [409],
    },
    async (c) => c.json(await rotated(c, idOf(c), await inputOf(c, RotateInput)), 201),
  )
}
