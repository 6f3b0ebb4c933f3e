import { connect } from 'node:net'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { Kafka, logLevel } from 'kafkajs'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cutAfterCommit, startTcpProxy } from '../harness/tcp-proxy.ts'
import { startServices } from './services.ts'

const open = () => startServices('postgres', 'pooled', 'mariadb', 'kafka', 'sqs', 's3')
let services: Awaited<ReturnType<typeof open>>
beforeAll(async () => {
  services = await open()
})
afterAll(() => services?.close())

const OTHER = { accessKeyId: 'AKIDOFTHETESTS000000', secretAccessKey: 'not it' }

/** The suites lean on these servers: they must keep what they took, and refuse what the real ones refuse. */
describe('the servers', () => {
  test('a killed PostgreSQL comes again with what was committed; a changed password shuts out', async () => {
    const { postgres } = services
    await postgres.query(`create table kept (a int, b text); insert into kept values (1, 'ü'), (2, null)`)
    await postgres.kill()
    await expect(postgres.query('select 1')).rejects.toThrow()
    await postgres.restart()
    expect(await postgres.rows('select * from kept order by a')).toEqual([
      { a: 1, b: 'ü' },
      { a: 2, b: null },
    ])
    const login = () => connectTo(postgres.port)
    await expect(login()).resolves.toBe(1)
    await postgres.revoke()
    await expect(login()).rejects.toThrow('password authentication failed')
    await postgres.giveBack()
    await expect(login()).resolves.toBe(1)
  })

  test('the pooler lends connections by the transaction, so that prepared statements do not last', async () => {
    const sql = client(services.pooled.poolerPort!)
    // As long as somebody else holds the connection, the next transaction is on another.
    const [first, second] = await sql.begin(async (held) => {
      const here = await held`select pg_backend_pid() as pid`
      const other = client(services.pooled.poolerPort!)
      const there = await other`select pg_backend_pid() as pid`
      await other.end()
      return [here[0]!.pid, there[0]!.pid]
    })
    expect(first).not.toBe(second)
    await sql.end({ timeout: 1 })
  })

  test('a connection cut after its COMMIT leaves the row there, and its client without an answer', async () => {
    const { postgres } = services
    await postgres.query('create table cut (a int); grant all on cut to fascia')
    const proxy = await startTcpProxy(() => postgres)
    let cuts = 1
    proxy.rule(cutAfterCommit(() => cuts-- > 0))
    const sql = client(proxy.port)
    await expect(sql.begin((tx) => tx`insert into cut values (1)`)).rejects.toThrow(/CONNRESET|CONNECTION/)
    expect(await postgres.rows('select * from cut')).toEqual([{ a: 1 }])
    await sql.end({ timeout: 1 })
    await proxy.close()
  })

  test('a killed MariaDB comes again with what was committed; fields come back as they were', async () => {
    const { mariadb } = services
    await mariadb.query(`create table kept (a int, b text); insert into kept values (1, 'ü\\t\\n\\\\'), (2, null)`)
    await mariadb.kill()
    await mariadb.restart()
    expect(await mariadb.rows('select * from kept order by a')).toEqual([
      { a: '1', b: 'ü\t\n\\' },
      { a: '2', b: undefined },
    ])
  })

  test('Kafka takes SCRAM and PLAIN, refuses a wrong password, and keeps records over a kill', async () => {
    const { kafka } = services
    for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512'] as const)
      await produce(mechanism, kafka.password)
    await expect(produce('scram-sha-256', 'not it')).rejects.toThrow(/[Aa]uthentication/)
    await kafka.kill()
    await kafka.restart()
    const records = await kafka.records('kept')
    expect(records.map(({ key, payload, headers }) => [key, payload, headers])).toEqual(
      ['plain', 'scram-sha-256', 'scram-sha-512'].map((mechanism) => ['one', mechanism, ['by', 'kafkajs']]),
    )
    expect(await kafka.topics()).toEqual(['kept'])
  })

  test('SQS refuses a signature that is not the account’s; a FIFO queue takes the same id once', async () => {
    const { sqs } = services
    const QueueUrl = await sqs.createQueue('kept.fifo')
    const stranger = sqs.clientOf(OTHER)
    await expect(stranger.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    })
    stranger.destroy()
    const Entries = ['a', 'b', 'c'].map((id) => ({
      ...{ Id: id, MessageBody: `body of ${id}` },
      ...{ MessageGroupId: 'group', MessageDeduplicationId: id },
    }))
    await sqs.client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    sqs.behaves(() => ({ kind: 'twice' }))
    await sqs.client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    sqs.behaves(() => ({ kind: 'none' }))
    expect((await sqs.receive(QueueUrl)).map(({ Body }) => Body)).toEqual(['body of a', 'body of b', 'body of c'])
  })

  test('what was altered on the way to SQS is refused', async () => {
    const { sqs } = services
    const QueueUrl = await sqs.createQueue('altered')
    let sent: { headers: Record<string, string>; target: string } | undefined
    sqs.behaves((request) => {
      sent = { headers: request.headers, target: request.target }
      return { kind: 'none' }
    })
    await sqs.client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'genuine' }))
    sqs.behaves(() => ({ kind: 'none' }))
    const { host: _, connection: __, 'content-length': ___, ...headers } = sent!.headers
    const body = JSON.stringify({ QueueUrl, MessageBody: 'altered' })
    const response = await fetch(sqs.url + sent!.target, { method: 'POST', headers, body })
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('SignatureDoesNotMatch')
    expect((await sqs.receive(QueueUrl)).map(({ Body }) => Body)).toEqual(['genuine'])
  })

  test('S3 refuses a wrong signature, and a put to a key that is taken where the key must be free', async () => {
    const { s3 } = services
    await s3.createBucket('kept-objects')
    const put = (Body: string) =>
      new PutObjectCommand({
        Bucket: 'kept-objects',
        Key: 'a/b.txt',
        Body,
        IfNoneMatch: '*',
        ContentType: 'text/plain',
      })
    const stranger = s3.clientOf(OTHER)
    await expect(stranger.send(put('x'))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' })
    stranger.destroy()
    // The client tries again by itself: it was put although the answer said 500.
    s3.behaves(once({ kind: 'answer', status: 500, after: true }))
    await expect(s3.client.send(put('first'))).rejects.toMatchObject({ name: 'PreconditionFailed' })
    await s3.kill()
    await s3.restart()
    expect(await s3.keys('kept-objects')).toEqual(['a/b.txt'])
    const object = await s3.object('kept-objects', 'a/b.txt')
    expect(Buffer.from(object.body).toString()).toBe('first')
    expect(object.ContentType).toBe('text/plain')
  })

  test('every server listens on this machine alone', async () => {
    const { postgres, pooled, mariadb, kafka } = services
    for (const port of [postgres.port, pooled.poolerPort!, mariadb.port, ...Object.values(kafka.ports)]) {
      await expect(reaches('127.0.0.1', port)).resolves.toBe(true)
      // Whoever listens on every address answers here too.
      await expect(reaches('127.0.0.2', port)).resolves.toBe(false)
    }
  })
})

const client = (port: number) =>
  postgres({
    ...{ host: '127.0.0.1', port, database: 'health', username: 'fascia', password: services.postgres.password },
    ...{ max: 1, prepare: false, fetch_types: false, onnotice: () => undefined },
  })
async function connectTo(port: number): Promise<number> {
  const sql = client(port)
  try {
    return (await sql`select 1 as one`)[0]!.one
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function produce(mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512', password: string): Promise<void> {
  const { ports, user } = services.kafka
  const sasl = { mechanism, username: user, password } as never
  const brokers = [`127.0.0.1:${ports.sasl_plaintext}`]
  const producer = new Kafka({ brokers, sasl, logLevel: logLevel.NOTHING, retry: { retries: 2 } }).producer({
    ...{ idempotent: true, maxInFlightRequests: 1, retry: { retries: 2 } },
  })
  await producer.connect()
  const messages = [{ key: 'one', value: mechanism, headers: { by: 'kafkajs' } }]
  await producer.send({ topic: 'kept', messages, acks: -1 })
  await producer.disconnect()
}

function once<T extends { kind: string }>(trouble: T): () => T | { kind: 'none' } {
  let done = false
  return () => {
    if (done) return { kind: 'none' }
    done = true
    return trouble
  }
}

const reaches = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
