import type { z } from '../../shared/base/zod.ts'
import type { DestinationView } from './destination-input.ts'

/** A destination as the reference shows it. The secret is a made-up one. */
export const EXAMPLE_DESTINATION: z.input<typeof DestinationView> = {
  destination_id: 'dst_8c1f0a6b2d3e4f50617283940a1b2c3d',
  type: 'webhook',
  state: 'active',
  reason: null,
  settings: { url: 'https://app.example/hooks/health' },
  delivery: { event_types: ['activity', 'sleep', 'auth', 'deauth'], on_parked: 'skip', with_samples: true },
  secrets: { signing_secret: 'whsec_exa…cGxl' },
  created_at: '2026-06-01T12:00:00.000Z',
}
export const EXAMPLE_SECRET = 'whsec_example0example0example0example0example0exampl='
