import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CrashPoint } from '../../shared/base/crash-point.ts'

/** Where crash points report to. An armed point is answered by nobody: the runtime is killed there, or goes on when it is released. */
export async function startControl() {
  let armed: { point: CrashPoint; reached: () => boolean } | undefined
  const held: ServerResponse[] = []
  const seen = new Map<string, number>()
  const server = createServer((request, response) => {
    const point = new URL(request.url ?? '/', 'http://control').searchParams.get('point') ?? ''
    seen.set(point, (seen.get(point) ?? 0) + 1)
    if (armed?.point === point && armed.reached()) {
      held.push(response)
      return
    }
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    seen,
    /** `reached` says whether this is the time; then the call is never answered. */
    arm: (point: CrashPoint, reached: () => boolean) => {
      armed = { point, reached }
    },
    disarm: () => {
      armed = undefined
    },
    /** What stands at the armed point goes on, and nobody stops there any more. */
    release: () => {
      armed = undefined
      for (const response of held.splice(0)) response.end()
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
export type Control = Awaited<ReturnType<typeof startControl>>
