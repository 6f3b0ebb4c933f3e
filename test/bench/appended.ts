import type { World } from './world.ts'

/** Everything that was sent is in the log: no inbox of the developer's cells holds anything any more. */
export async function appended(world: World, devId: string): Promise<void> {
  const until = Date.now() + 600_000
  while (Date.now() < until) {
    const response = await fetch(`${world.url}/operator/metrics?dev_id=${devId}`, {
      headers: { authorization: `Bearer ${world.client.options.operatorToken}` },
    })
    const { cells } = (await response.json()) as { cells: { inboxPayloads: number }[] }
    if (cells.every(({ inboxPayloads }) => inboxPayloads === 0)) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('what was sent was not appended in ten minutes')
}
