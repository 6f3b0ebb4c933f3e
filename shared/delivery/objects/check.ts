import { utf8 } from '../../base/bytes.ts'
import { Refused } from '../define.ts'
import { refusedBy } from './refusal.ts'
import type { ObjectStore } from './store.ts'

const MARKER = utf8('Fascia has tried whether it can put objects here. This one may be deleted.\n')

/** Puts an object as deliveries do, and deletes it; where that is not allowed, it stays. Throws `Refused`. */
export async function checkStore(store: ObjectStore, key: string, onlyNew: boolean): Promise<void> {
  const marker = { key, body: MARKER, contentType: 'text/plain' }
  const first = await store.put(marker, onlyNew)
  if (first.kind === 'refused') throw refusedBy(first.refusal)
  const second = onlyNew ? await store.put(marker, true) : undefined
  await store.remove(key)
  if (second?.kind === 'refused') throw refusedBy(second.refusal)
  if (second?.kind === 'put')
    throw new Refused(
      'the store takes If-None-Match: * and replaces the object all the same; set conditional_put to false',
      'conditional_put',
    )
}
