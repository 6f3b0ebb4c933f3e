import { join } from 'node:path'
import { judge, Ledger, owed } from '../harness/ledger.ts'
import type { World } from '../harness/world.ts'
import { type Landed, type Sink, TROUBLES, type TroubleName, until } from './sinks/sink.ts'

/** What one kind of destination came to in one round. */
export interface Line {
  kind: string
  trouble: TroubleName
  struck: number
  landed: number
  lost: number
  reordered: number
  duplicated: number
  /** Told by an id, where a destination cannot do without. */
  repeated: number
  phantom: number
  corrupted: number
  healedMs: number
}

/** A destination with its own account of what landed; what was sent is the same for all. */
export interface Watched {
  sink: Sink
  ledger: Ledger
}

/** Adds the destinations, each one after the other: they are there when the first event is sent. */
export async function addSinks(world: World, sinks: Sink[]): Promise<Watched[]> {
  const watched: Watched[] = []
  for (const sink of sinks) {
    await world.developer().destinations.add(sink.destination as never)
    await sink.watch?.()
    watched.push({ sink, ledger: new Ledger(join(world.folder, `ledger-${sink.name}`), world.ledger) })
  }
  return watched
}

/** Between pushes of one source: all kinds and their servers share the machine. */
const PAUSE_MS = 150

export interface RoundSize {
  /** Sent before the trouble, and again after it. */
  contents: number
  /** How long what is owed may take to land in the end. */
  patienceMs: number
}

/** One kind of trouble at every destination that knows it, while events come in. */
export async function round(
  world: World,
  watched: Watched[],
  trouble: TroubleName,
  { contents, patienceMs }: RoundSize,
): Promise<Line[]> {
  const before = watched.map(({ ledger, sink }) => ({ ...judge(ledger), repeated: sink.repeated?.() ?? 0 }))
  const generator = world.newGenerator(() => PAUSE_MS)
  const more = async (count: number) => {
    const goal = world.ledger.sent.size + count
    await world.until(() => world.ledger.sent.size >= goal, `${goal} contents`)
  }
  generator.start()
  let strikes: number[]
  try {
    await more(contents)
    strikes = await Promise.all(watched.map(({ sink }) => strike(sink, trouble)))
    await more(contents)
  } finally {
    await generator.stop()
  }
  const healing = Date.now()
  const healed = await Promise.all(watched.map((one) => drained(one, patienceMs).then(() => Date.now() - healing)))
  return watched.map(({ sink, ledger }, i): Line => {
    const now = judge(ledger)
    const since = (name: 'landed' | 'reordered' | 'duplicated' | 'phantom' | 'corrupted') =>
      now[name] - before[i]![name]
    return {
      ...{ kind: sink.name, trouble, struck: strikes[i]!, lost: now.lost, healedMs: healed[i]! },
      ...{ landed: since('landed'), reordered: since('reordered'), duplicated: since('duplicated') },
      ...{ phantom: since('phantom'), corrupted: since('corrupted') },
      repeated: (sink.repeated?.() ?? 0) - before[i]!.repeated,
    }
  })
}

/** → how often it struck; a trouble that does not come about is none, and the test says so. */
async function strike(sink: Sink, trouble: TroubleName): Promise<number> {
  try {
    return (await sink.troubles[trouble]?.()) ?? 0
  } catch (error) {
    console.error(`${sink.name}, ${trouble}: ${(error as Error).message}`)
    return 0
  } finally {
    sink.mend()
  }
}

/** Reads what lands until nothing is owed; then once more, for what may come twice. */
async function drained({ sink, ledger }: Watched, patienceMs: number): Promise<void> {
  const look = async () => {
    for (const landed of await sink.arrivals()) note(ledger, landed)
    return owed(ledger).length === 0
  }
  await until(look, `everything to land at ${sink.name}`, patienceMs).catch((error: Error) => {
    // What is still owed is lost, and counted so.
    console.error(error.message)
  })
  await look()
}

function note(ledger: Ledger, { user, seq, record }: Landed): void {
  if (!record) return
  const { distance_data } = record as {
    distance_data?: { steps?: number; distance_meters?: number; summary?: { steps?: number; distance_meters?: number } }
  }
  const figures = distance_data?.summary ?? distance_data
  const marker = figures?.steps
  if (marker === undefined) return
  const good = figures?.distance_meters === marker * 2 + 1 && Number.isSafeInteger(seq)
  ledger.arrived({ marker, seq, user, trace: `${user}/${seq}`, good, at: Date.now() })
}

/** What of a line must not be; empty where all is well. */
export function wrong(line: Line, watched: Watched[]): Partial<Line> {
  const { kind, trouble, struck, landed, lost, reordered, duplicated, phantom, corrupted } = line
  const knows = watched.some(({ sink }) => sink.name === kind && sink.troubles[trouble] !== undefined)
  const counts = { lost, reordered, duplicated, phantom, corrupted }
  return {
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    // A trouble that never struck, or that nobody sent anything through, shows nothing.
    ...(knows && struck === 0 && { struck }),
    ...(landed === 0 && { landed }),
  }
}

const HEAD = ['kind', 'struck', 'landed', 'lost', 'reordered', 'duplicated', 'repeated', 'healed ms'] as const
export function table(trouble: TroubleName, lines: Line[]): string {
  const rows = lines.map(({ kind, struck, landed, lost, reordered, duplicated, repeated, healedMs }) =>
    [kind, struck, landed, lost, reordered, duplicated, repeated, healedMs].map(String),
  )
  const widths = HEAD.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]!.length)))
  const text = (row: readonly string[]) => row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')
  return [`${trouble}: ${TROUBLES[trouble]}`, text(HEAD), ...rows.map(text)].join('\n')
}
