import type { TerraUser } from '../user.ts'

/** Somebody who does not exist, as documentation shows them. */
export const EXAMPLE_USER: TerraUser = {
  user_id: '00000001-7a3c-8d21-9f04-5b6e7c8d9e0f',
  provider: 'OURA',
  created_at: '2026-06-02T08:31:07.000Z',
  last_webhook_update: '2026-07-01T21:14:55.318Z',
  scopes: 'daily,heartrate,workout',
  reference_id: 'user-42',
  active: true,
}
/** The same person after signing in again. */
export const EXAMPLE_NEW_USER: TerraUser = {
  ...EXAMPLE_USER,
  user_id: '00000001-c05e-8b77-a1f2-3d4c5b6a7988',
  created_at: '2026-07-02T09:00:00.000Z',
  last_webhook_update: null,
}
export const EXAMPLE_REFERENCE = 'req_3f9a1c07d2e84b56a90b7c1e5d4f2a68'
export const EXAMPLE_PAYLOAD_ID = 'pld_C4ZdHHqQsuNPaKHA2ej3tqVDAAAAAXo8jSGfBFtufI2eDz-aHAfS6EtWqQt8Hl1PKmg'
