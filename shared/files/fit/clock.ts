import { offset } from '../../source/offsets.ts'
import { type Clock, clock } from '../../source/places.ts'
import type { Item } from '../../source/reader.ts'

/** A time of a page: UTC with the file's offset, or by a clock that nobody set to UTC. */
export function at(path: string): Clock {
  const utc = clock(path, 's', offset('/offset_seconds', 's'))
  const local = clock(path, 'local-s')
  return {
    from: [...utc.from, '/local_clock'],
    read: (item, context) => ((context.page as Item)?.local_clock ? local : utc).read(item, context),
  }
}
