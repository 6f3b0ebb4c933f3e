import { createHash } from 'node:crypto'
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { AwsClient } from 'aws4fetch'
import { Kafka, logLevel } from 'kafkajs'
import mysql from 'mysql2/promise'
import postgres from 'postgres'
import type { startKafka } from '../services/kafka.ts'
import type { startMariadb } from '../services/mariadb.ts'
import type { Postgres } from '../services/postgres.ts'
import type { S3 } from '../services/s3.ts'
import type { startSqs } from '../services/sqs.ts'

/** The same library, the same rows, in windows of the same size, and nothing else: what the server and the client can do. */
export interface Bare {
  per_second: number
  windowMs: number[]
}
/** Events of one window, as the product takes them. */
const WINDOW = 500
/** Requests under way at the same time, as the product has them. */
const SLOTS = 6

async function windows(events: number, write: (window: number) => Promise<void>): Promise<Bare> {
  const windowMs: number[] = []
  const begin = performance.now()
  for (let window = 0; window * WINDOW < events; window++) {
    const from = performance.now()
    await write(window)
    windowMs.push(performance.now() - from)
  }
  return { per_second: events / ((performance.now() - begin) / 1000), windowMs }
}
/** The part of a list that belongs to one of so many windows. */
const part = <T>(all: T[], window: number, of: number): T[] =>
  all.slice(Math.floor((all.length * window) / of), Math.floor((all.length * (window + 1)) / of))
async function inSlots<T>(all: T[], work: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all]
  const slot = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await work(one)
  }
  await Promise.all(Array.from({ length: SLOTS }, slot))
}

export async function barePostgres(at: Postgres, events: number): Promise<Bare> {
  const sql = postgres({
    ...{ host: at.host, port: at.port, database: at.database, username: at.user, password: at.password },
    ...{ max: 1, prepare: false, fetch_types: false, onnotice: () => undefined },
  })
  try {
    const tables = await sql<{ schema: string; name: string }[]>`
      select table_schema as schema, table_name as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema', 'bare')`
    await sql.unsafe('drop schema if exists bare cascade; create schema bare')
    const rows = new Map<string, string[]>()
    for (const { schema, name } of tables) {
      await sql.unsafe(`create table bare."${name}" (like "${schema}"."${name}" including all)`)
      const found = await sql.unsafe<{ row: string }[]>(`select to_jsonb(t)::text as row from "${schema}"."${name}" t`)
      if (found.length > 0)
        rows.set(
          name,
          found.map(({ row }) => row),
        )
    }
    const of = Math.ceil(events / WINDOW)
    return await windows(events, async (window) => {
      await sql.begin(async (transaction) => {
        for (const [name, all] of rows)
          await transaction.unsafe(
            `insert into bare."${name}" select * from jsonb_populate_recordset(null::bare."${name}", $1::text::jsonb)`,
            [`[${part(all, window, of).join(',')}]`],
          )
      })
    })
  } finally {
    await sql.end()
  }
}

export async function bareMysql(at: Awaited<ReturnType<typeof startMariadb>>, events: number): Promise<Bare> {
  const { host, port, database, user, password } = at
  const connection = await mysql.createConnection({ host, port, database, user, password, dateStrings: true })
  try {
    await connection.query(`set session sql_mode = '', time_zone = '+00:00'`)
    const [tables] = await connection.query<mysql.RowDataPacket[]>('show tables')
    const rows = new Map<string, unknown[][]>()
    for (const table of tables) {
      const name = String(Object.values(table)[0])
      await connection.query(`drop table if exists \`bare_${name}\``)
      await connection.query(`create table \`bare_${name}\` like \`${name}\``)
      const [found] = await connection.query<mysql.RowDataPacket[][]>({
        sql: `select * from \`${name}\``,
        rowsAsArray: true,
      })
      const plain = (found as unknown[][]).map((row) =>
        row.map((value) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value)),
      )
      if (plain.length > 0) rows.set(name, plain)
    }
    const of = Math.ceil(events / WINDOW)
    return await windows(events, async (window) => {
      await connection.beginTransaction()
      for (const [name, all] of rows) {
        const some = part(all, window, of)
        if (some.length > 0) await connection.query(`insert into \`bare_${name}\` values ?`, [some])
      }
      await connection.commit()
    })
  } finally {
    await connection.end()
  }
}

export async function bareKafka(at: Awaited<ReturnType<typeof startKafka>>, events: number): Promise<Bare> {
  const records = await at.records('bench')
  const kafka = new Kafka({ brokers: [at.brokers], logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: true })
  await producer.connect()
  try {
    const messages = records.map(({ key, payload, headers = [] }) => ({
      key: key ?? null,
      value: payload ?? null,
      headers: Object.fromEntries(headers.flatMap((name, i) => (i % 2 === 0 ? [[name, String(headers[i + 1])]] : []))),
    }))
    const of = Math.ceil(events / WINDOW)
    return await windows(events, async (window) => {
      for (const some of inBatches(part(messages, window, of)))
        await producer.sendBatch({ acks: -1, topicMessages: [{ topic: 'bare', messages: some }] })
    })
  } finally {
    await producer.disconnect()
  }
}

/** A broker takes batches of up to a megabyte by itself. */
const BATCH_BYTES = 900_000
function inBatches<T extends { value: string | null }>(messages: T[]): T[][] {
  const batches: T[][] = []
  let bytes = 0
  for (const message of messages) {
    const more = (message.value?.length ?? 0) + 300
    if (batches.length === 0 || bytes + more > BATCH_BYTES) {
      batches.push([])
      bytes = 0
    }
    batches.at(-1)!.push(message)
    bytes += more
  }
  return batches
}

export async function bareObjects(at: S3, events: number): Promise<Bare> {
  const client = new AwsClient({ ...at.account, service: 's3', region: at.region, retries: 0 })
  const { Contents = [] } = await at.client.send(new ListObjectsV2Command({ Bucket: 'bench-of-all' }))
  const objects = await Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await at.client.send(new GetObjectCommand({ Bucket: 'bench-of-all', Key }))
      return { key: Key!, bytes: await Body!.transformToByteArray() }
    }),
  )
  const of = Math.ceil(events / WINDOW)
  return windows(events, async (window) => {
    await inSlots(part(objects, window, of), async ({ key, bytes }) => {
      const response = await client.fetch(`${at.url}/bench-of-all/bare/${window}/${key.replaceAll('=', '-')}`, {
        method: 'PUT',
        headers: { 'x-amz-content-sha256': createHash('sha256').update(bytes).digest('hex') },
        body: bytes as BodyInit,
      })
      await response.body?.cancel()
      if (!response.ok) throw new Error(`a bare put was answered ${response.status}`)
    })
  })
}

export async function bareQueue(at: Awaited<ReturnType<typeof startSqs>>, url: string, events: number): Promise<Bare> {
  // The server asks for patience now and then: as the product does, it is asked again.
  const client = new AwsClient({ ...at.account, service: 'sqs', region: at.region, retries: 3 })
  const messages = await at.receive(url)
  const fifo = url.endsWith('.fifo')
  const of = Math.ceil(events / WINDOW)
  return windows(events, async (window) => {
    const some = part(messages, window, of)
    const batches = Array.from({ length: Math.ceil(some.length / 10) }, (_, i) => some.slice(i * 10, i * 10 + 10))
    await inSlots(batches, async (batch) => {
      const response = await client.fetch(at.url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessageBatch' },
        body: JSON.stringify({
          QueueUrl: url,
          Entries: batch.map(({ Body, MessageAttributes, MessageId }, i) => ({
            ...{ Id: String(i), MessageBody: Body, MessageAttributes },
            ...(fifo && { MessageGroupId: `bare-${i}`, MessageDeduplicationId: `bare-${MessageId}` }),
          })),
        }),
      })
      if (!response.ok) throw new Error(`a bare batch was answered ${response.status}`)
      await response.body?.cancel()
    })
  })
}
