import type { Env } from '../../durable-objects/env.ts'
import { house } from '../house.ts'

/** This happens before something is fetched from object storage; where it throws, nothing is. */
export const whenFetched = (happens: (key: string) => unknown): Env => ({
  ...house,
  RAW: new Proxy(house.RAW, {
    get(bucket, method) {
      const real = (Reflect.get(bucket, method, bucket) as (...input: unknown[]) => unknown).bind(bucket)
      if (method !== 'get') return real
      return async (key: string) => {
        await happens(key)
        return real(key)
      }
    },
  }),
})
