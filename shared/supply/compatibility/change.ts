import { z } from '../../base/zod.ts'

/** What a change means for one side. A warning breaks no promise. */
export const EFFECTS = ['none', 'warning', 'breaking'] as const
export const Effect = z.object({
  effect: z.enum(EFFECTS),
  says: z.string().describe('In words: what is different for them'),
})
export type Effect = z.infer<typeof Effect>

const PARTS = ['schema', 'mapping', 'identity', 'updates', 'time', 'terms', 'slas', 'retention'] as const
/** One difference of two versions. */
export const Change = z.object({
  part: z.enum(PARTS),
  path: z.string().describe('Where: a path in a record, or a member of the document'),
  change: z.string().describe('What kind of change: `field_added`, `enum`, `maximum`, `unit`…'),
  supplier: Effect.describe('For who sends'),
  developer: Effect.describe('For who receives'),
})
export type Change = z.infer<typeof Change>

export const none = (says = 'nothing changes'): Effect => ({ effect: 'none', says })
export const warning = (says: string): Effect => ({ effect: 'warning', says })
export const breaking = (says: string): Effect => ({ effect: 'breaking', says })
