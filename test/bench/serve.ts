import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions } from 'wrangler'

/** A bundle as it is deployed, served without wrangler and its proxy. */
export interface Serve {
  configPath: string
  bundle: string
  /** Where wrangler keeps local state, so that its migrations are there. */
  state: string
  vars: Record<string, string>
}

const KEYS = [
  'compatibilityDate',
  'compatibilityFlags',
  'r2Buckets',
  'd1Databases',
  'queueProducers',
  'queueConsumers',
  'durableObjects',
  'assets',
] as const

async function serve({ configPath, bundle, state, vars }: Serve) {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(configPath)
  const from = workerOptions as Record<string, unknown>
  const options = convertV4MiniflareOptions({
    host: '127.0.0.1',
    port: 0,
    cf: false,
    workers: [
      {
        name: 'fascia',
        modules: [{ type: 'ESModule', path: 'index.js', contents: readFileSync(bundle, 'utf8') }],
        ...Object.fromEntries(KEYS.map((key) => [key, from[key]])),
        bindings: { ...(from.bindings as object), ...vars },
      },
    ],
  } as never)
  ;(options as { resourcePersistencePath?: string }).resourcePersistencePath = join(state, 'v3')
  const miniflare = new Miniflare(options)
  const url = await miniflare.ready
  process.send?.({ url: url.origin })
  const stop = () => void miniflare.dispose().then(() => process.exit(0))
  process.once('disconnect', stop)
  process.once('SIGTERM', stop)
}

process.once(
  'message',
  (message: Serve) =>
    void serve(message).catch((error) => {
      console.error(error)
      process.exit(1)
    }),
)
