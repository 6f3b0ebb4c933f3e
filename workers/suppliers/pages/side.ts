import type { Child, PropsWithChildren } from 'hono/jsx'
import type { Env } from '../../../durable-objects/env.ts'
import type { Environment } from '../../../shared/supply/document.ts'
import type { Answer, Api } from '../../pages/call-api.ts'

export interface FrameProps {
  title: string
  /** The tab that is open. */
  here: string
  /** It looks again by itself (`GoingOn` in parts.tsx). */
  goesOn?: boolean
}

/**
 * Whose pages these are: a supplier's own, or those of the developer who invited it. Both look at the same batches,
 * reports and figures, each through their own doors of the API.
 */
export interface Side {
  who: 'supplier' | 'developer'
  environment: Environment
  /** Where the pages are: `/suppliers`, or `/dashboard/suppliers/sup_…/production`. */
  home: string
  /** Asks the API below `/v2/supplier` or `/v2/suppliers/sup_…`, in this environment. */
  ask<T>(method: string, path: string, body?: unknown): Promise<Answer<T>>
  /** The same as it streams: for what is too large for a page. */
  stream(path: string, accept: string): Promise<Response>
  Frame: (props: PropsWithChildren<FrameProps>) => Child
}

/** What pages of both sides have; each side's own have more. */
export type SideEnv = { Bindings: Env; Variables: { api: Api; side: Side } }
