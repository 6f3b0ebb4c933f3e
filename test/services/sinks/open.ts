import { PROJECT } from '../postgres.ts'
import { startServices } from '../services.ts'
import { logSink } from './log.ts'
import { mariadbSink } from './mariadb.ts'
import { objectsSink } from './objects.ts'
import { type Address, postgresSink } from './postgres.ts'
import { queueSink } from './queue.ts'
import type { Sink } from './sink.ts'

/** Servers of all kinds, and a place to land on each. Whatever was started is stopped where something does not start. */
export async function openSinks() {
  const closers: (() => Promise<void>)[] = []
  const close = async () => {
    for (const one of closers.reverse()) await one()
  }
  try {
    return { ...(await openAll(closers)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openAll(closers: (() => Promise<void>)[]) {
  const services = await startServices('postgres', 'pooled', 'mariadb', 'sqs', 's3')
  closers.push(services.close)
  const { postgres, mariadb, sqs, s3, authority } = services
  const tls = 'disable'
  const settings = (at: Address) => ({ ...at, user: postgres.user, tls })
  const direct = await postgresSink(postgres, { name: 'postgres', type: 'postgres', settings }, false)
  closers.push(direct.close)
  const project = (at: Address) => ({ ...at, project: PROJECT, role: postgres.user, tls })
  const pooled = await postgresSink(services.pooled, { name: 'supabase', type: 'supabase', settings: project }, true)
  closers.push(pooled.close)
  const tables = await mariadbSink(mariadb, settings)
  closers.push(tables.close)
  const log = await logSink(authority)
  closers.push(log.close)
  const objects = await objectsSink(s3)
  const sinks: Sink[] = [direct.sink, pooled.sink, tables.sink, objects, await queueSink(sqs), log.sink]
  return { services, sinks }
}
