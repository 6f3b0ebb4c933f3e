import { z } from '../../base/zod.ts'

/** Settings that every SQL destination has, in whatever dialect. */
export const LAYOUT_SETTINGS = {
  table_prefix: z
    .string()
    .regex(/^([a-z_][a-z0-9_]{0,20})?$/, 'must be up to 21 small letters, digits and _, and not begin with a digit')
    .default('')
    .describe('What the names of our tables begin with, where others are beside them'),
  layout: z
    .enum(['typed', 'pointers'])
    .default('typed')
    .describe(
      'typed: a table for each type of data, with columns for what is often asked for and the whole record as JSON. pointers: the tables terra_users, terra_data_payloads and terra_other_payloads, with links to the bodies',
    ),
  erase_on_deauth: z
    .boolean()
    .default(true)
    .describe(
      'When a user is deauthenticated, their records and readings are deleted here too. Needs the event deauth',
    ),
}
export interface LayoutSettings {
  table_prefix: string
  layout: 'typed' | 'pointers'
  erase_on_deauth: boolean
}
