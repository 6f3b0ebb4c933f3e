import { z } from '../base/zod.ts'
import { int, text } from './kinds.ts'

/** The profile: the latest wins. */
export const Athlete = z
  .object({
    age: int.describe('Years'),
    country: text,
    bio: text,
    state: text,
    last_name: text,
    sex: text,
    city: text,
    email: text,
    date_of_birth: text,
    first_name: text,
    gender: text,
    account_creation_date: text,
    joined_provider: text.describe('Deprecated: equals account_creation_date'),
    provider_user_id: text,
  })
  .describe('The person’s profile at the provider')
  .openapi('Athlete')
export type Athlete = z.infer<typeof Athlete>
