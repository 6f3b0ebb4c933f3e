import { z } from '../../shared/base/zod.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'

/** What the routes about manifests show. Loose: new fields may come. */

const pending = {
  undelivered: z.int().describe('Of the day, and waiting its turn; at most 1,000 are counted'),
  held: z.int().describe('Of the day, and waiting with a user whose delivery failed'),
  parked: z.int().describe('Of the day, and out of attempts: a replay sends it'),
  expired: z.int().describe('Of the day, parked for too long and given up'),
  complete: z.boolean().describe('The day is over, and nothing of it is undelivered, held, parked or expired'),
}

export const ManifestDay = z
  .looseObject({ date: z.iso.date(), events: z.int().describe('Taken by the destination'), ...pending })
  .openapi('ManifestDay')

export const Manifest = z
  .looseObject({
    destination_id: z.string(),
    date: z.iso.date().describe('A day of UTC, by ordering timestamp'),
    made_at: z.iso.datetime(),
    events: z.int().describe('Of the users of this page'),
    users: z.array(
      z.looseObject({
        user_id: z.string(),
        events: z.int().describe('How many distinct `seq` were taken'),
        first_seq: z.int(),
        last_seq: z.int(),
        hash: z
          .string()
          .describe('Sum modulo 2^256 of the SHA-256 of `<user_id>/<seq>` over the distinct `seq`: 64 hex digits'),
      }),
    ),
    ...pending,
    next: z.string().nullable().describe('`after` of the page that follows; null: this is the last'),
  })
  .openapi('Manifest')

export const SignedManifest = z
  .looseObject({
    manifest: Manifest,
    signature: z
      .string()
      .describe('`t=<seconds>,v1=<hex>`: HMAC-SHA256 of `<seconds>.` and the bytes of `manifest` as they stand here'),
  })
  .openapi('SignedManifest')

export const EXAMPLE_MANIFEST: z.input<typeof Manifest> = {
  destination_id: 'dst_8c1f0a6b2d3e4f50617283940a1b2c3d',
  date: '2026-07-01',
  made_at: '2026-07-02T00:10:00.000Z',
  events: 3,
  users: [
    {
      user_id: EXAMPLE_USER.user_id,
      events: 3,
      first_seq: 40,
      last_seq: 42,
      hash: '5f0c8e2b6a9d41703c5e7f912b4d6a8c0e1f3a5b7c9d0e2f4a6b8c0d2e4f6a81',
    },
  ],
  undelivered: 0,
  held: 0,
  parked: 0,
  expired: 0,
  complete: true,
  next: null,
}
export const EXAMPLE_SIGNED: z.input<typeof SignedManifest> = {
  manifest: EXAMPLE_MANIFEST,
  signature: 't=1782951000,v1=9f2c41d07be8a35516c0de94b72f380a6e1d5c4b9382f7a06de1c5b4a3928170',
}
