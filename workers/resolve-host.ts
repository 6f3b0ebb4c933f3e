import { resolve4, resolve6 } from 'node:dns/promises'

/** Addresses of a name; none where it has none. A resolver that does not answer is told from a name without addresses. */
export async function resolveHost(name: string): Promise<string[]> {
  const answers = await Promise.allSettled([resolve4(name), resolve6(name)])
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
}
