import type { World } from '../harness/world.ts'
import { addSinks, round, table, wrong } from './matrix.ts'
import { openSinks } from './sinks/open.ts'
import { TROUBLES, type TroubleName } from './sinks/sink.ts'

/** Every trouble at every kind of destination, again and again. → how many lines were bad */
export async function soakServices(
  world: World,
  { rounds, contents, patienceMs }: { rounds: number; contents: number; patienceMs: number },
  ending: () => boolean,
): Promise<number> {
  const opened = await openSinks()
  let bad = 0
  try {
    const watched = await addSinks(world, opened.sinks)
    for (let n = 0; n < rounds; n++)
      for (const trouble of Object.keys(TROUBLES) as TroubleName[]) {
        if (ending()) return bad
        const lines = await round(world, watched, trouble, { contents, patienceMs })
        console.log(table(trouble, lines))
        for (const line of lines) {
          const found = wrong(line, watched)
          if (Object.keys(found).length === 0) continue
          bad++
          console.log(`RED ${line.kind} ${JSON.stringify(found)}`)
        }
      }
    return bad
  } finally {
    await opened.close()
  }
}
