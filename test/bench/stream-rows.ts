import type { Row } from './report.ts'
import type { Spread } from './statistics.ts'
import type { StreamFigures, StreamLoad } from './stream.ts'
import type { Counted } from './stream-count.ts'
import type { Streamed } from './stream-measure.ts'

const MOST_P99_MS = 250
const MOST_RATIO = 3

/** Anything that did not arrive once, in its order, at those it is for. */
const unwhole = ({ lost, duplicated, reordered, foreign, ended }: Streamed): boolean =>
  lost + duplicated + reordered + foreign + ended > 0
const whole = (streamed: Streamed): string => {
  const { lost, duplicated, reordered, foreign, ended } = streamed
  return unwhole(streamed)
    ? `; lost ${lost}, twice ${duplicated}, out of order ${reordered}, to others ${foreign}, sockets ended ${ended}`
    : ''
}
const ms = (spread: Spread | undefined) => (spread ? `${spread.p50} / ${spread.p95} / ${spread.p99}` : '–')
const n = (count: number, what: string) => `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`

export function streamRows(figures: StreamFigures, smoke: boolean): Row[] {
  const { loads, idle, storm } = figures
  const rows: Row[] = loads.map((load) => loadRow(load, smoke))
  if (idle) {
    const { sockets, kb_per_socket, mb, alive, producers, after } = idle
    rows.push({
      what: `stream: ${n(sockets, 'socket')} held idle: memory of each, KB`,
      measured: `${kb_per_socket} (${mb.before} → ${mb.asleep} MB); afterwards ${alive} of ${producers} answer, ${n(after.frames, 'frame')} through${whole(after)}`,
      target: '',
      state: unwhole(after) || alive < producers ? 'LOST' : '',
    })
  }
  if (storm) {
    const { connects, seconds, opened, ms: took, most, alive, beside } = storm
    const all = opened === connects && alive === most
    rows.push({
      what: `stream: ${n(connects, 'connect')} in ${seconds} s: token → READY, ms p50 / p95 / p99`,
      measured: `${ms(took)}; ${opened} READY, ${alive} of ${most} that stay answer; a stream beside them ${ms(beside.ms)} ms${whole(beside)}`,
      target: 'all',
      state: unwhole(beside) ? 'LOST' : all ? 'ok' : 'over',
    })
  }
  return rows
}

function loadRow({ producers, hz, consumers, product, relay, ratio, growth }: StreamLoad, smoke: boolean): Row {
  const good = ratio <= MOST_RATIO && (product.ms?.p99 ?? Number.NaN) < MOST_P99_MS
  const target = growth ? '' : `≤ ${MOST_RATIO} ×, < ${MOST_P99_MS} ms`
  return {
    what: `stream: ${n(producers, 'producer')} at ${hz} Hz, ${n(consumers, 'consumer')}: SUBMIT → DISPATCH, ms p50 / p95 / p99; a bare relay (the limit)`,
    measured: `${ms(product.ms)}; ${ms(relay.ms)}: ${ratio} ×${whole(product)}`,
    target,
    state: unwhole(product) ? 'LOST' : growth || smoke ? '' : good ? 'ok' : 'over',
  }
}

export const countedRows = (counted: Counted[]): Row[] =>
  counted.map(({ producers, hz, rows, object_calls, socket_messages, cpu_ms, dollars, lost }) => ({
    what: `stream: ${n(producers, 'producer')} at ${hz} Hz, a frame: rows written, object calls, socket messages, CPU-ms; $ per million`,
    measured: `${rows}, ${object_calls}, ${socket_messages}, ${cpu_ms}; ${dollars}`,
    target: '',
    state: lost > 0 ? 'LOST' : '',
  }))
