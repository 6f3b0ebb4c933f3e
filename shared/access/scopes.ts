import { z } from '../base/zod.ts'

/** What a key may do. None includes another, but `*` all. */
export const SCOPES = [
  '*',
  'data:read',
  'data:write',
  'users:read',
  'users:write',
  'destinations:read',
  'destinations:write',
  'deliveries:read',
  'deliveries:write',
  'events:read',
  'stream:read',
  'stream:write',
  'suppliers:read',
  'suppliers:write',
  'keys:read',
  'keys:write',
] as const
export const Scope = z.enum(SCOPES).openapi('Scope')
export type Scope = z.infer<typeof Scope>

export const allows = (held: readonly Scope[], scope: Scope): boolean => held.includes('*') || held.includes(scope)
/** What is missing to hand all of these on. */
export const lacking = (held: readonly Scope[], wanted: readonly Scope[]): Scope[] =>
  wanted.filter((scope) => !allows(held, scope))

/** Scopes as a key's row holds them. */
export const writeScopes = (scopes: readonly Scope[]): string => [...new Set(scopes)].join(',')
export const readScopes = (stored: string): Scope[] => stored.split(',') as Scope[]
