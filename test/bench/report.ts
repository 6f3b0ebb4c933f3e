import { readFileSync, writeFileSync } from 'node:fs'
import type { appleImport } from './apple.ts'
import type { CaughtUp } from './catch-up.ts'
import type { Density, manyDestinations } from './density.ts'
import type { besideBackfill } from './experiments.ts'
import type { hello } from './hello.ts'
import type { Isolated } from './isolation.ts'
import type { Measured, search } from './measure.ts'
import type { normalization } from './normalization.ts'
import type { rest } from './rest.ts'
import type { SinkFigures } from './sinks.ts'
import type { Spread } from './statistics.ts'
import type { StreamFigures } from './stream.ts'
import type { Counted } from './stream-count.ts'
import { countedRows, streamRows } from './stream-rows.ts'
import { supplierRows } from './supplier-rows.ts'
import type { SupplierFigures } from './suppliers.ts'

type Found = Awaited<ReturnType<typeof search>>
export interface Report {
  date: string
  smoke: boolean
  machine: { cores: number; cpu: string; node: string; workerd: string; wrangler: string }
  seconds: number
  hello?: Awaited<ReturnType<typeof hello>>
  hops?: Measured
  rest?: Awaited<ReturnType<typeof rest>>
  single?: Found
  fifty?: Found
  slow?: Found
  backfill?: Awaited<ReturnType<typeof besideBackfill>>
  normalization?: Awaited<ReturnType<typeof normalization>>
  suppliers?: SupplierFigures
  apple?: Awaited<ReturnType<typeof appleImport>>
  densities?: Density[]
  isolation?: Isolated[]
  catchUp?: CaughtUp
  sinks?: SinkFigures[]
  stream?: StreamFigures
  streamCounts?: Counted[]
  many?: Awaited<ReturnType<typeof manyDestinations>>
  mix_dollars?: number
  dev?: { hello: Awaited<ReturnType<typeof hello>>; hops: Measured }
}
/** ok and over are against the target; LOST: something that was accepted did not land. */
export interface Row {
  what: string
  measured: string
  target: string
  state: 'ok' | 'over' | 'LOST' | ''
}

const held = (ok: boolean): Row['state'] => (ok ? 'ok' : 'over')
const ms = (spread: Spread | undefined) => (spread ? `${spread.p50} / ${spread.p95} / ${spread.p99}` : '–')

export function rowsOf(report: Report): Row[] {
  const rows: Row[] = []
  const add = (what: string, measured: string, target = '', state: Row['state'] = '') =>
    rows.push({ what, measured, target, state })
  const { hello, hops, single, fifty, slow, backfill, normalization, densities, dev } = report
  if (hello) add('GET /health, for comparison, requests/s', String(hello.requests_per_second))
  if (hops) {
    const landed = hops.to_landed
    add('200 events/s: source → accepted, ms p50 / p95 / p99', ms(hops.to_accepted))
    add('200 events/s: received → appended, ms', ms(hops.received_to_appended))
    add('200 events/s: appended → landed, ms', ms(hops.appended_to_landed))
    const good = landed !== undefined && landed.p50 <= 25 && landed.p99 <= 150
    add('200 events/s: source → landed, ms', ms(landed), '25 / – / 150', hops.lost > 0 ? 'LOST' : held(good))
  }
  for (const one of report.rest ? [report.rest.daily, report.rest.userInfo] : []) {
    const share = Math.round((one.requests_per_second / report.rest!.plain) * 100)
    add(`${one.path}: requests/s, and ms`, `${one.requests_per_second}: ${share} % of GET /health; ${ms(one.ms)}`)
  }
  const found = (what: string, search: Found | undefined, target: number | undefined) => {
    if (!search) return
    const { best, tried } = search
    const highest = tried.length > 0 && tried.every((probe) => probe.held) ? ' (highest tried)' : ''
    const rate = best?.offered_per_second ?? 0
    const state = target === undefined || report.smoke ? '' : held(rate >= target)
    add(
      what,
      `${rate}${highest}, p99 ${best?.to_landed?.p99 ?? '–'} ms`,
      target === undefined ? '' : `≥ ${target}`,
      state,
    )
  }
  found('sustained, one event a request and a webhook call, events/s', single, 1_000)
  found('sustained, 50 events a request, batched webhooks, events/s', fifty, 5_000)
  found('sustained, receiver answers after 100 ms, events/s', slow, undefined)
  if (backfill) {
    const lost = backfill.backfill.lost + backfill.live.alone.lost + backfill.live.beside.lost
    add(
      `live p95 beside a backfill of ${backfill.backfill.records} records, ms (alone → beside)`,
      `${backfill.alone_p95} → ${backfill.beside_p95}: ${backfill.ratio} ×, backfill ${backfill.backfill.per_second}/s`,
      '≤ 1.5 ×',
      lost > 0 ? 'LOST' : held(backfill.ratio <= 1.5),
    )
  }
  for (const { trouble, rate, pairs, ratio, lost } of report.isolation ?? [])
    add(
      `p99 of a healthy webhook at ${rate}/s beside one that is: ${trouble} (median of ${pairs.length} pairs)`,
      `${ratio} ×: ${pairs.map((pair) => `${pair.alone} → ${pair.beside}`).join(', ')} ms`,
      '< 1.1 ×',
      lost > 0 ? 'LOST' : report.smoke ? '' : held(ratio < 1.1),
    )
  if (report.catchUp) {
    const { behind, live_rate, drained_per_second, times_live, alone_p99, during_p99, ratio, lost } = report.catchUp
    add(
      `${behind} events behind: drained, beside live data at ${live_rate}/s`,
      `${drained_per_second}/s: ${times_live} × live; live p99 ${alone_p99} → ${during_p99} ms: ${ratio} ×`,
      '≥ 3 ×, ≤ 2 ×',
      lost > 0 ? 'LOST' : report.smoke ? '' : held(times_live >= 3 && ratio <= 2),
    )
  }
  for (const one of report.sinks ?? []) {
    const bare = `${one.bare_per_second}/s, ${ms(one.bare_window_ms)}`
    add(
      `${one.kind}: ${one.events} events behind, a window p50 / p95 / p99 ms; a bare client (the limit)`,
      `${one.per_second}/s, ${ms(one.window_ms)}; ${bare}: ${one.ratio} ×`,
      '≤ 2 ×',
      report.smoke ? '' : held(one.ratio <= 2),
    )
    add(`${one.kind}: live at ${one.live_rate}/s, a send p50 / p95 / p99 ms`, ms(one.live_ms))
  }
  if (report.stream) rows.push(...streamRows(report.stream, report.smoke))
  rows.push(...countedRows(report.streamCounts ?? []))
  for (const { destinations, one, dollars } of report.many ?? [])
    add(
      `full cell, ${destinations} destinations: rows, object calls, queue messages an event; $ per million`,
      `${one.rows}, ${one.object_calls}, ${one.queue_messages}; ${dollars}`,
    )
  if (normalization)
    add(
      `normalization in ${normalization.where}, MB/s (JSON alone)`,
      `${normalization.mb_per_second} (${normalization.json_mb_per_second}): ${normalization.ratio} of it`,
    )
  if (normalization)
    add(
      'normalization of every provider in Node: time against parsing and writing the same bytes',
      `${normalization.in_node.total_ratio}: ${Object.entries(normalization.in_node.providers)
        .map(([slug, { mb_per_second, ratio }]) => `${slug} ${mb_per_second} MB/s (${ratio})`)
        .join(', ')}`,
      '≤ 2.5',
      held(normalization.in_node.total_ratio <= 2.5),
    )
  if (report.suppliers) rows.push(...supplierRows(report.suppliers))
  if (report.apple) {
    const { mb, mb_per_second, records, peak_mb } = report.apple
    add(`Apple Health export of ${mb} MB: MB/s, records`, `${mb_per_second}, ${records}`)
    add(`Apple Health export of ${mb} MB: memory at its most, MB`, String(peak_mb), '< 100', held(peak_mb < 100))
  }
  for (const { name, one, dollars, budget } of densities ?? []) {
    const line = (what: string, measured: number, most: number) =>
      add(`${name}: ${what}`, String(measured), `≤ ${most}`, held(measured <= most))
    line('rows written an event', one.rows, budget.rows)
    line('object calls an event', one.object_calls, budget.object_calls)
    line('queue messages an event', one.queue_messages, budget.queue_messages)
    add(
      `${name}: CPU-ms, JSON passes (parsed + written), R2 operations an event`,
      `${one.cpu_ms}, ${one.json_passes.parsed} + ${one.json_passes.stringified}, ${one.r2_operations}`,
    )
    line('$ per million, 1.3 destinations', dollars, budget.dollars)
  }
  if (report.mix_dollars !== undefined)
    add(
      'mix, 10 % sparse and 90 % full: $ per million',
      String(report.mix_dollars),
      '≤ 5',
      held(report.mix_dollars <= 5),
    )
  if (dev) {
    add('through wrangler dev: GET /health, requests/s', String(dev.hello.requests_per_second))
    add(
      'through wrangler dev: 200 events/s, source → landed, ms',
      ms(dev.hops.to_landed),
      '',
      dev.hops.lost > 0 ? 'LOST' : '',
    )
  }
  return rows
}

const MACHINE = (report: Report) => {
  const { cores, cpu, node, workerd, wrangler } = report.machine
  return `${report.date.slice(0, 10)}, ${cores} cores (${cpu}), Node ${node}, workerd ${workerd}, wrangler ${wrangler}; generator and receiver on the same cores${report.smoke ? '; a smoke run: its figures mean little' : ''}`
}

/** For people's terminals. */
export function table(report: Report): string {
  const rows = rowsOf(report)
  const width = (pick: (row: Row) => string) => Math.max(0, ...rows.map((row) => pick(row).length))
  const [a, b, c] = [width((row) => row.what), width((row) => row.measured), width((row) => row.target)]
  const lines = rows.map(
    ({ what, measured, target, state }) => `${what.padEnd(a)}  ${measured.padEnd(b)}  ${target.padEnd(c)}  ${state}`,
  )
  return [MACHINE(report), '', ...lines, '', `${report.seconds} s`].join('\n')
}

const BEGIN = '<!-- bench: written by npm run bench -- --write-readme -->'
const END = '<!-- /bench -->'

/** The same between the markers of a page. */
export function intoPage(page: string, report: Report): string {
  const from = page.indexOf(BEGIN)
  const to = page.indexOf(END)
  if (from < 0 || to < from) throw new Error(`the page has no ${BEGIN} … ${END}`)
  const rows = rowsOf(report).map(
    ({ what, measured, target, state }) => `| ${what} | ${measured} | ${target} | ${state} |`,
  )
  const lines = ['', `${MACHINE(report)}.`, '', '| | measured | target | |', '|---|---|---|---|', ...rows, '']
  return `${page.slice(0, from + BEGIN.length)}\n${lines.join('\n')}\n${page.slice(to)}`
}
export function writeReadme(path: string, report: Report): void {
  if (report.smoke) throw new Error('a smoke run is not for the README')
  writeFileSync(path, intoPage(readFileSync(path, 'utf8'), report))
}
