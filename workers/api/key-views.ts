import { Scope } from '../../shared/access/scopes.ts'
import { z } from '../../shared/base/zod.ts'

/** What is asked of keys and said about them. */

const name = z.string().min(1).max(200)
const scopes = z.array(Scope).min(1).max(20)
const expires_at = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .refine((at) => at > Date.now(), 'is in the past; DELETE ends a key at once')
  .nullable()
  .openapi({ type: ['string', 'null'], format: 'date-time' })
const requests_per_minute = z.int().min(1).max(1_000_000).nullable().describe('null: as many as this deployment allows')

export const KeyInput = z.strictObject({
  name,
  scopes: scopes.optional().describe('Left out: those of the key that asks'),
  expires_at: expires_at.optional(),
  requests_per_minute: requests_per_minute.optional(),
})
export const KeyChangeInput = KeyInput.partial()
export const RotateInput = z.strictObject({
  overlap_seconds: z
    .int()
    .min(0)
    .max(7 * 86_400)
    .default(86_400)
    .describe('How long the old key is good beside the new one'),
})

export const KeyView = z
  .object({
    key_id: z.string(),
    name: z.string(),
    prefix: z.string().describe('How the key begins'),
    scopes: z.array(Scope),
    requests_per_minute: z.int().nullable(),
    created_at: z.string(),
    expires_at: z.string().nullable(),
    last_used_at: z.string().nullable().describe('To the minute'),
    revoked_at: z.string().nullable(),
  })
  .openapi('ApiKey')
export const NewKeyView = KeyView.extend({ api_key: z.string().describe('Shown this once') }).openapi('NewApiKey')

export const KeyId = z.object({
  id: z.string().openapi({ description: 'A key', example: 'key_1f0e9d8c7b6a59483726150403f2e1d0' }),
})
export const EXAMPLE_KEY: z.infer<typeof KeyView> = {
  key_id: 'key_1f0e9d8c7b6a59483726150403f2e1d0',
  name: 'dashboard',
  prefix: 'fsk_7d1e4c',
  scopes: ['data:read', 'users:read'],
  requests_per_minute: null,
  created_at: '2026-07-01T08:00:00.000Z',
  expires_at: null,
  last_used_at: '2026-07-01T21:14:00.000Z',
  revoked_at: null,
}
export const EXAMPLE_NEW_KEY: z.infer<typeof NewKeyView> = {
  ...EXAMPLE_KEY,
  last_used_at: null,
  api_key: 'fsk_7d1e4c… 72 more characters',
}
