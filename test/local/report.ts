import type { Arrival } from './arrivals.ts'
import { isGood, type Landed, type Verdict } from './judge.ts'
import type { Screen } from './screen.ts'

/** The lines that a person reads. */

const ms = (value: number | null | undefined) =>
  value === undefined || value === null ? '–' : String(Math.round(value))
const right = (text: string, width: number) => text.padStart(width)

export function landedHead(screen: Screen): void {
  const head = `${'provider'.padEnd(10)}${'type'.padEnd(14)}${'connection'.padEnd(12)}${right('seq', 6)}${right('door', 8)}${right('log', 6)}${right('deliver', 9)}${right('total ms', 10)}`
  screen.line(`  ${screen.dim(head)}`)
}

export function landedLine(screen: Screen, event: Landed): void {
  const short = event.userId.slice(-8)
  const hops = right(ms(event.doorMs), 8) + right(ms(event.logMs), 6) + right(ms(event.deliverMs), 9)
  screen.line(
    `  ${event.provider.padEnd(10)}${event.type.padEnd(14)}${short.padEnd(12)}${right(String(event.seq ?? '–'), 6)}${screen.dim(hops)}${right(ms(event.totalMs), 10)}`,
  )
}

/** What lands after the demonstration, whoever sent it. */
export function arrivedLine(screen: Screen, { provider = '–', type, userId, seq }: Arrival): void {
  const short = userId?.slice(-8) ?? '–'
  screen.line(`  landed  ${provider.padEnd(17)} ${type.padEnd(14)}${short.padEnd(12)}${right(String(seq ?? '–'), 6)}`)
}

export function summary(screen: Screen, verdict: Verdict): void {
  screen.line()
  screen.line(
    `  ${screen.dim(`${'provider'.padEnd(10)}${right('landed', 8)}${right('p50 ms', 9)}${right('p99 ms', 9)}`)}`,
  )
  for (const [provider, one] of Object.entries(verdict.by_provider))
    screen.line(
      `  ${provider.padEnd(10)}${right(String(one.landed), 8)}${right(ms(one.p50_ms), 9)}${right(ms(one.p99_ms), 9)}`,
    )
  const all = `${'all'.padEnd(10)}${right(String(verdict.landed), 8)}${right(ms(verdict.p50_ms), 9)}${right(ms(verdict.p99_ms), 9)}`
  screen.line(`  ${screen.bold(all)}`)
  screen.line()
  const { terra, standard } = verdict.signatures
  const counts = `lost ${verdict.lost} · duplicated ${verdict.duplicated} · reordered ${verdict.reordered}`
  const signed = `signatures ${terra.valid + standard.valid} valid, ${terra.invalid + standard.invalid} invalid`
  screen.line(`  ${isGood(verdict) ? screen.good(counts) : screen.bad(counts)} · ${signed}`)
  for (const { provider, type, key } of verdict.missing)
    screen.line(`  ${screen.bad('missing')} ${provider} ${type} ${key}`)
}

export function addresses(screen: Screen, rows: [string, string | undefined][]): void {
  screen.line()
  for (const [name, value] of rows) if (value) screen.line(`  ${screen.dim(name.padEnd(11))}${value}`)
  screen.line()
  screen.line(`  ${screen.dim('Ctrl-C stops everything.')}`)
}
