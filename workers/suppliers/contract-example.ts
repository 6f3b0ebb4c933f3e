import type { z } from '../../shared/base/zod.ts'
import type { Comparison } from '../../shared/supply/compatibility.ts'
import type { ContractDocument } from '../../shared/supply/document.ts'

/** A small contract that is whole: nights of a sleep lab. */
export const EXAMPLE_DOCUMENT = {
  name: 'nights',
  version: '1.0',
  title: 'Nights',
  schema: {
    type: 'object',
    required: ['id', 'patient', 'in_bed_at', 'up_at'],
    properties: {
      id: { type: 'string', minLength: 1 },
      patient: { type: 'string', minLength: 1 },
      in_bed_at: { type: 'string', format: 'date-time' },
      up_at: { type: 'string', format: 'date-time' },
      pulse: { type: 'number', minimum: 20, maximum: 220 },
    },
    additionalProperties: false,
  },
  mapping: {
    rules: [
      {
        type: 'sleep',
        place: { session: { id: 'id', start: { path: 'in_bed_at' }, end: { path: 'up_at' } } },
        fields: { 'heart_rate_data.summary.avg_hr_bpm': { path: 'pulse', unit: 'bpm' } },
      },
    ],
  },
  identity: { subject: 'patient', connect: 'first_record' },
  slas: { freshness_p95_seconds: 43_200, validity_share: 0.99 },
} satisfies z.input<typeof ContractDocument>

/** Its next version, and what is said of the two. */
export const EXAMPLE_NEXT = {
  ...EXAMPLE_DOCUMENT,
  version: '1.1',
  slas: { ...EXAMPLE_DOCUMENT.slas, validity_share: 0.995 },
}
export const EXAMPLE_COMPARISON: Comparison = {
  older: 'nights@1.0',
  newer: 'nights@1.1',
  compatible: false,
  breaks: { supplier: true, developer: false },
  needs: 'major',
  summary: '1 difference; breaks the supplier: a new major version is needed, and a date for the end of the older one',
  changes: [
    {
      part: 'slas',
      path: 'validity_share',
      change: 'tightened',
      supplier: { effect: 'breaking', says: 'the share of good records: 0.995 now, before 0.99' },
      developer: { effect: 'none', says: 'the share of good records: 0.995 now, before 0.99' },
    },
  ],
}

/** A record under it. */
export const EXAMPLE_RECORD = JSON.stringify({
  id: 'n-1042',
  patient: 'p-17',
  in_bed_at: '2026-07-01T22:41:00+02:00',
  up_at: '2026-07-02T06:12:00+02:00',
  pulse: 52,
})
