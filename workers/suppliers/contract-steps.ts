import { z } from '../../shared/base/zod.ts'
import { limit } from '../api/params.ts'
import { inputOf } from '../read-input.ts'
import { type ContractView, contractView } from './contract-views.ts'
import { type Asking, activated, deprecated, type Party, stepped, submitted } from './manage-contracts.ts'

/** What the steps of a contract's life take. */

export const ContractList = z.object({
  limit,
  after: z
    .string()
    .regex(/^\d{1,6}$/)
    .optional()
    .openapi({ description: '`next` of the page before', example: '100' }),
})
export const Note = z.strictObject({ note: z.string().max(2_000).optional().describe('Why: the supplier reads it') })
const day = z.iso.datetime({ offset: true }).describe('A day from now at least')
export const Activation = z.strictObject({
  sunset_at: day
    .optional()
    .describe(
      'When versions of older majors end. Needed where this one breaks what they promised; they are deprecated at once',
    ),
})
export const Deprecation = Note.extend({ sunset_at: day.describe('Its last moment: a day from now at least') })

const STEPS_TAKEN = {
  submit: async (c: Asking, party: Party) => submitted(c, party),
  withdraw: async (c: Asking, party: Party) => stepped(c, party, 'withdraw'),
  return: async (c: Asking, party: Party) => {
    const { note } = await inputOf(c, Note)
    return stepped(c, party, 'return', { note: note ?? null })
  },
  activate: async (c: Asking, party: Party) => {
    const { sunset_at } = await inputOf(c, Activation)
    return activated(c, party, sunset_at === undefined ? undefined : Date.parse(sunset_at))
  },
  deprecate: async (c: Asking, party: Party) => {
    const { sunset_at, note } = await inputOf(c, Deprecation)
    return deprecated(c, party, Date.parse(sunset_at), note)
  },
  retire: async (c: Asking, party: Party) => stepped(c, party, 'retire'),
}
export const answered = async (c: Asking, step: keyof typeof STEPS_TAKEN, party: Party): Promise<ContractView> =>
  contractView(await STEPS_TAKEN[step](c, party))
