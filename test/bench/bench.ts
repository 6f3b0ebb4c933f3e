import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import wrangler from 'wrangler/package.json' with { type: 'json' }
import { appleImport } from './apple.ts'
import { catchUp } from './catch-up.ts'
import { fifty, fullCell, manyDestinations, mixDollars, sparse } from './density.ts'
import {
  BATCHED,
  besideBackfill,
  developersOf,
  FULL,
  hops,
  interleaved,
  SINGLE,
  type Size,
  SMOKE,
  slowReceiver,
  sustainedFifty,
  sustainedSingle,
} from './experiments.ts'
import { hello } from './hello.ts'
import { isolation } from './isolation.ts'
import { normalization } from './normalization.ts'
import type { Kind } from './product.ts'
import { type Report, rowsOf, table, writeReadme } from './report.ts'
import { rest } from './rest.ts'
import { sinks } from './sinks.ts'
import { streams } from './stream.ts'
import { countedStreams } from './stream-count.ts'
import { countedSuppliers, suppliers, validatedAlone } from './suppliers.ts'
import { openWorld, type World } from './world.ts'

const USAGE = `npm run bench -- [--smoke] [--only NAME[,NAME]] [--json FILE] [--write-readme]

  --smoke         everything once and small, in a few minutes: whether it runs, not how fast
  --only          ${'hops,rest,single,fifty,slow,backfill,isolation,catch-up,sinks,stream,normalization,suppliers,apple,sparse,full,dense,many,dev'}
  --json          where the figures go; default .fascia/bench.json
  --write-readme  put the table into README.md`
const ROOT = join(import.meta.dirname, '..', '..')
/** Of each probe series; the search goes up from here. */
const START_RATES = { single: 300, fifty: 1_000, slow: 100 }

const { values } = parseArgs({
  options: {
    smoke: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'string', default: join(ROOT, '.fascia', 'bench.json') },
    'write-readme': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(USAGE)
  process.exit(0)
}
// Stopped from outside: leave through the exit handlers; the other processes end when this one's channel closes.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const size: Size = values.smoke ? SMOKE : FULL
const only = values.only?.split(',')
const wanted = (name: string) => only === undefined || only.includes(name)
const began = Date.now()
const report: Report = {
  date: new Date().toISOString(),
  smoke: size.smoke,
  machine: {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    node: process.version,
    workerd: await workerdVersion(),
    wrangler: wrangler.version,
  },
  seconds: 0,
}
const say = (text: string) => console.error(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${text}`)

/** After each runtime, so that what was measured is kept whatever comes after it. */
function save(): void {
  report.seconds = Math.round((Date.now() - began) / 1000)
  mkdirSync(dirname(values.json), { recursive: true })
  writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`)
}

/** One runtime for the experiments that want it; nothing is started for none. */
async function inWorld(kind: Kind, names: string[], work: (world: World) => Promise<void>): Promise<void> {
  if (!names.some(wanted)) return
  say(`starting the ${kind} runtime`)
  const world = await openWorld(kind)
  try {
    await work(world)
  } finally {
    await world.close()
    save()
  }
}

await inWorld('deployed', ['hops', 'single', 'slow'], async (world) => {
  report.hello = await hello(world.url, size.smoke ? 1 : 3)
  say(`GET /health: ${report.hello.requests_per_second}/s; connecting people`)
  const connections = interleaved(await developersOf(world, size, SINGLE))
  if (wanted('hops')) {
    say('200 events/s, hop by hop')
    report.hops = await hops(world, connections, 200, size.hopSeconds)
  }
  if (wanted('single')) {
    say('highest rate, one event a request')
    report.single = await sustainedSingle(world, connections, size, size.smoke ? 100 : START_RATES.single)
  }
  if (wanted('slow')) {
    say('highest rate with a receiver that answers after 100 ms')
    report.slow = await slowReceiver(world, connections, size, size.smoke ? 50 : START_RATES.slow)
  }
})
await inWorld('deployed', ['rest'], async (world) => {
  say('reads of the API')
  report.rest = await rest(world, size.smoke ? 1 : 6)
})
// A runtime of its own for each kind of heavy load: nothing left over from one may slow the other.
await inWorld('deployed', ['fifty'], async (world) => {
  const batched = await developersOf(world, size, BATCHED)
  say('highest rate, 50 events a request, batched webhooks')
  report.fifty = await sustainedFifty(world, batched, size, size.smoke ? 500 : START_RATES.fifty)
})
await inWorld('deployed', ['backfill'], async (world) => {
  const [live, bulk] = await developersOf(world, { ...size, developers: 2 }, SINGLE)
  say(`live beside a backfill of ${size.backfillRecords} records`)
  report.backfill = await besideBackfill(world, live!.accounts, bulk!.accounts, size)
})
await inWorld('deployed', ['isolation'], async (world) => {
  say('a healthy webhook beside others in trouble')
  report.isolation = await isolation(world, size)
})
await inWorld('deployed', ['catch-up'], async (world) => {
  say(`${size.backfillRecords} events behind, beside a healthy webhook`)
  report.catchUp = await catchUp(world, size)
})
await inWorld('deployed', ['stream'], async (world) => {
  report.stream = { loads: [] }
  await streams(world, size.smoke, say, report.stream)
})
// Needs the servers of test/services/install.sh, so that it is asked for by name.
if (only?.includes('sinks'))
  await inWorld('deployed', ['sinks'], async (world) => {
    report.sinks = []
    await sinks(world, size, say, report.sinks)
  })
await inWorld('deployed', ['suppliers'], async (world) => {
  say('a batch of a supplier, to one webhook')
  report.suppliers = await suppliers(world, size.smoke)
})
if (wanted('apple')) {
  say('an export of the Health app, as a stream')
  report.apple = await appleImport(size.smoke)
  save()
}
await inWorld(
  'counting',
  ['stream', 'normalization', 'suppliers', 'sparse', 'full', 'dense', 'many'],
  async (world) => {
    if (wanted('stream')) {
      say('counting: streams')
      report.streamCounts = await countedStreams(world, size.smoke)
    }
    if (wanted('normalization')) {
      say('normalization against JSON alone')
      report.normalization = await normalization(world, size.smoke)
    }
    if (report.suppliers) {
      say('records of suppliers: parsing and validation alone')
      report.suppliers.alone = await validatedAlone(world, size.smoke)
      say('counting: records of suppliers')
      report.suppliers.use = await countedSuppliers(world, size.smoke)
    }
    const densities: NonNullable<Report['densities']> = []
    report.densities = densities
    if (wanted('sparse')) {
      say('counting: sparse')
      densities.push(await sparse(world, size.smoke))
    }
    if (wanted('full')) {
      say('counting: full cell')
      densities.push(await fullCell(world, size.smoke))
    }
    if (wanted('dense')) {
      say('counting: 50 a request')
      densities.push(await fifty(world, size.smoke, BATCHED))
    }
    if (wanted('many')) {
      say('counting: one, three and seven destinations')
      report.many = await manyDestinations(world, size.smoke)
    }
    const [first, second] = [
      densities.find(({ name }) => name === 'sparse'),
      densities.find(({ name }) => name === 'full cell'),
    ]
    if (first && second) report.mix_dollars = mixDollars(first, second)
  },
)
if (!size.smoke)
  await inWorld('dev', ['dev'], async (world) => {
    const hello_dev = await hello(world.url, 3)
    const developers = await developersOf(world, { ...size, developers: 2, connections: 30 }, SINGLE)
    say('200 events/s through wrangler dev')
    report.dev = { hello: hello_dev, hops: await hops(world, interleaved(developers), 200, 10) }
  })

console.log(table(report))
if (values['write-readme']) writeReadme(join(ROOT, 'README.md'), report)
// A benchmark that lost something has failed, whatever its figures.
const lost = rowsOf(report).filter((row) => row.state === 'LOST')
process.exit(lost.length > 0 ? 1 : 0)

async function workerdVersion(): Promise<string> {
  const { default: workerd } = await import('workerd/package.json', { with: { type: 'json' } })
  return workerd.version
}
