import { setTimeout as sleep } from 'node:timers/promises'
import type { Input } from './command.ts'

const LOOK_EVERY_MS = 500

/** Asks again and again until `line` has nothing more to say; what it says is shown whenever it changes. */
export async function follow<T>(
  { say }: Pick<Input, 'say'>,
  { begun, look, line }: { begun?: T; look: () => Promise<T>; line: (now: T) => string | undefined },
): Promise<T> {
  for (let now = begun ?? (await look()), shown = ''; ; now = await look()) {
    const text = line(now)
    if (text === undefined) return now
    if (text !== shown) say(text)
    shown = text
    await sleep(LOOK_EVERY_MS)
  }
}
