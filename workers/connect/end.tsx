import type { Context } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { eventLog } from '../../durable-objects/stubs.ts'
import { releaseCell } from '../../shared/db/cells.ts'
import { open } from '../../shared/db/open.ts'
import { ResultPage } from './pages/result-page.tsx'
import type { Recalled } from './recall.ts'
import { show } from './show.ts'

type Visit = Context<{ Bindings: Env }>

/** The user is connected: back to where they came from, what its address held before kept. */
export function succeeded(c: Visit, { developer, provider, signIn }: Recalled): Response | Promise<Response> {
  const { user_id, reference_id, widget_session_id, multi_auth, auth_success_redirect_url } = signIn
  if (multi_auth && widget_session_id)
    return c.redirect(`/connect/session/${widget_session_id}?connected=${encodeURIComponent(provider.resource)}`, 303)
  if (auth_success_redirect_url)
    return c.redirect(
      withParams(auth_success_redirect_url, {
        user_id,
        resource: provider.resource,
        reference_id: reference_id ?? 'null',
      }),
      303,
    )
  return show(c, { developer, language: signIn.language }, (context) => (
    <ResultPage context={context} ok={true} name={provider.name} reason={null} backUrl={null} again={null} />
  ))
}

/** Not connected: `reason` is a code that the developer's app can tell apart. */
export function failed(
  c: Visit,
  { developer, provider, signIn }: Recalled,
  reason: string,
): Response | Promise<Response> {
  const { auth_failure_redirect_url, reference_id, widget_session_id } = signIn
  if (auth_failure_redirect_url)
    return c.redirect(
      withParams(auth_failure_redirect_url, {
        resource: provider.resource,
        reference_id: reference_id ?? 'null',
        reason,
      }),
      303,
    )
  const again = widget_session_id ? `/connect/session/${widget_session_id}` : null
  return show(c, { developer, language: signIn.language }, (context) => (
    <ResultPage context={context} ok={false} name={provider.name} reason={reason} backUrl={null} again={again} />
  ))
}

/** The sign-in is over and came to nothing: its place is free, and the developer is told. */
export async function cancelled(c: Visit, recalled: Recalled, reason: string): Promise<Response> {
  await tellCancelled(c.env, recalled, reason)
  return failed(c, recalled, reason)
}
export async function tellCancelled(env: Env, { flow, developer, signIn }: Recalled, reason: string): Promise<void> {
  await eventLog(env, { ...developer, cell: flow.cell }).cancelSignIn({
    user_id: signIn.user_id,
    reference_id: signIn.reference_id,
    flow_id: flow.flow_id,
    reason,
  })
  await releaseCell(open(env.DB), flow.developer_id, flow.cell)
}

export function withParams(target: string, params: Record<string, string>): string {
  const url = new URL(target)
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
  return url.href
}
