import { startRuntime } from '../local/runtime.ts'

/** deployed: the bundle as it is deployed, without the development proxy; counting: with counters around it; dev: `wrangler dev`. */
export type Kind = 'deployed' | 'counting' | 'dev'
export interface Product {
  url: string
  pid: number
  stop(): Promise<void>
}

export async function startProduct(kind: Kind, persistDir: string, vars: Record<string, string>): Promise<Product> {
  return startRuntime({ persistDir, vars })
}
