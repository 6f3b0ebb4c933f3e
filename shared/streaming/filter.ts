import { STREAM } from '../base/limits.ts'
import { z } from '../base/zod.ts'

/** What of a developer's stream a consumer wants; absent: everything. */
export interface Filter {
  users?: string[]
  types?: string[]
}

const list = (what: string, most: number) =>
  z
    .string()
    .transform((text) => [...new Set(text.split(',').map((part) => part.trim()))].filter((part) => part.length > 0))
    .refine((parts) => parts.length > 0, `${what} names none; leave it out for all`)
    .refine((parts) => parts.length <= most, `${what} names more than ${most}`)
    .optional()

/** Of `/connect` and of the event stream alike. */
export const StreamQuery = z.object({
  after: z
    .string()
    .regex(/^\d{1,16}$/, 'give the seq of the last frame that you have')
    .transform(Number)
    .optional()
    .openapi({
      type: 'integer',
      description: 'The `seq` of the last frame that you have: everything after it comes first',
      example: 1795762801000000,
    }),
  users: list('users', STREAM.filterUsers).openapi({
    type: 'string',
    description: 'Only of these users, with commas',
    example: '00000001-7b3c-8d21-9e4f-5a6b7c8d9e0f',
  }),
  types: list('types', STREAM.filterTypes).openapi({
    type: 'string',
    description: 'Only of these types, with commas',
    example: 'HEART_RATE,STEPS',
  }),
})
export type StreamQuery = z.output<typeof StreamQuery>

export const filterOf = ({ users, types }: StreamQuery): Filter => ({
  ...(users && { users }),
  ...(types && { types }),
})

/** A test for each frame; undefined: all pass. */
export function passing({ users, types }: Filter): ((frame: { uid: string; t: string }) => boolean) | undefined {
  if (!users && !types) return undefined
  const [ofUsers, ofTypes] = [users && new Set(users), types && new Set(types)]
  return ({ uid, t }) => (!ofUsers || ofUsers.has(uid)) && (!ofTypes || ofTypes.has(t))
}
