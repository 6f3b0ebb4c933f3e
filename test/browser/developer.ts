import { type Local, readPrivate } from '../../shared/cli/home.ts'
import { createClient } from '../../shared/sdk/client.ts'
import type { serve } from '../local/spawned.ts'

/** A developer at a runtime that was started, with a key. */
export function newDeveloper({ url, home }: Awaited<ReturnType<typeof serve>>, name: string) {
  const operatorToken = readPrivate<Local>('local.json', home).operator_token!
  return createClient({ baseUrl: url, operatorToken }).operator.createDeveloper({ name })
}
