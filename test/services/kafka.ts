import { freePort } from '../local/spawned.ts'
import type { Authority } from './authority.ts'
import { java } from './java.ts'
import { openPlace, output } from './place.ts'
import { ACCOUNT } from './postgres.ts'
import { listens, Server } from './server.ts'

/** `proxied` is `sasl_plaintext` again; it tells clients to come back to another port, where a network may err. */
export const LISTENERS = ['plaintext', 'ssl', 'sasl_plaintext', 'sasl_ssl', 'proxied'] as const
export type Listener = (typeof LISTENERS)[number]

const SCRAM = ['SCRAM-SHA-256', 'SCRAM-SHA-512']

/** As kcat prints a record. */
export interface KafkaRecord {
  topic: string
  partition: number
  offset: number
  key: string | null
  /** Name, value, name, value… */
  headers?: string[]
  payload: string | null
}

/** One broker that is its own controller (KRaft), with a listener for each way in. `settings`: more of the broker's own. */
export async function startKafka(
  authority: Authority,
  options: { settings?: Record<string, string>; advertised?: number } = {},
) {
  const place = openPlace('kafka')
  const ports = {} as Record<Listener, number>
  for (const listener of LISTENERS) ports[listener] = await freePort()
  const controller = await freePort()
  const { cert, key } = await authority.certificate('kafka')
  const properties = place.write(
    'server.properties',
    text({ ports, advertised: options.advertised ?? ports.proxied, controller }, place.path('log'), {
      pem: place.write('server.pem', key + cert),
      ca: authority.caFile,
    }) + lines(options.settings ?? {}),
  )
  const scram = SCRAM.flatMap((kind) => ['--add-scram', `${kind}=[name=${ACCOUNT.user},password=${ACCOUNT.password}]`])
  const tool = (main: string, args: string[]) => {
    const { program, args: all } = java('kafka', main, args)
    return place.run(program, all)
  }
  await tool('kafka.tools.StorageTool', ['format', '-t', 'fasciafasciafasciafasc', '-c', properties, ...scram])

  const brokers = `127.0.0.1:${ports.plaintext}`
  const kcat = (args: string[]) => output('kcat', ['-b', brokers, '-X', 'socket.timeout.ms=5000', ...args])
  const server = new Server(place, {
    name: 'kafka',
    ...program(properties),
    // Listeners open one after the other; the broker's own answer to a client comes last.
    ready: async () =>
      (await Promise.all(LISTENERS.map((listener) => listens(ports[listener])))).every(Boolean) &&
      (await kcat(['-L', '-m', '5'])).includes('1 brokers'),
  })
  await server.start()

  const configs = (args: string[]) =>
    tool('org.apache.kafka.tools.ConfigCommand', [
      ...['--bootstrap-server', brokers, '--entity-type', 'users', '--entity-name', ACCOUNT.user, '--alter', ...args],
    ])
  return {
    host: '127.0.0.1',
    ports,
    brokers,
    ...ACCOUNT,
    /** All records of a topic from its beginning, by kcat. */
    async records(topic: string): Promise<KafkaRecord[]> {
      const lines = await kcat(['-C', '-q', '-e', '-J', '-o', 'beginning', '-t', topic])
      return lines
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as KafkaRecord)
    },
    /** Names of topics, without the broker's own. */
    async topics(): Promise<string[]> {
      const found = JSON.parse(await kcat(['-L', '-J'])) as { topics: { topic: string }[] }
      return found.topics.map(({ topic }) => topic).filter((topic) => !topic.startsWith('__'))
    },
    /** Settings of topics, groups and users, by Kafka's own console tools. */
    tool,
    /** SCRAM credentials are gone. Who is logged in stays so until the connection ends. */
    revoke: () => Promise.all(SCRAM.map((kind) => configs(['--delete-config', kind]))).then(() => undefined),
    giveBack: () =>
      Promise.all(SCRAM.map((kind) => configs(['--add-config', `${kind}=[password=${ACCOUNT.password}]`]))).then(
        () => undefined,
      ),
    kill: () => server.kill(),
    restart: () => server.restart(),
    async close(): Promise<void> {
      // What is on disk is thrown away: an orderly end would only take longer.
      await server.kill()
      place.remove()
    },
  }
}
export type Kafka = Awaited<ReturnType<typeof startKafka>>

function program(properties: string) {
  const { program, args } = java('kafka', 'kafka.Kafka', [properties])
  return { program, args: () => args }
}

function text(
  { ports, advertised, controller }: { ports: Record<Listener, number>; advertised: number; controller: number },
  log: string,
  tls: { pem: string; ca: string },
): string {
  const name = (listener: Listener) => listener.toUpperCase()
  const at = (port: (listener: Listener) => number) =>
    LISTENERS.map((listener) => `${name(listener)}://127.0.0.1:${port(listener)}`).join(',')
  const protocol = (listener: Listener) => (listener === 'proxied' ? 'SASL_PLAINTEXT' : name(listener))
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${ACCOUNT.user}="${ACCOUNT.password}";`
  const sasl = (['sasl_plaintext', 'sasl_ssl', 'proxied'] as const).flatMap((listener) => [
    [`listener.name.${listener}.sasl.enabled.mechanisms`, 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512'],
    [`listener.name.${listener}.plain.sasl.jaas.config`, plain],
    ...['256', '512'].map((bits) => [
      `listener.name.${listener}.scram-sha-${bits}.sasl.jaas.config`,
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    ]),
  ])
  const protocols = LISTENERS.map((listener) => `${name(listener)}:${protocol(listener)}`)
  return [
    ['process.roles', 'broker,controller'],
    ['node.id', '1'],
    ['controller.quorum.voters', `1@127.0.0.1:${controller}`],
    ['controller.listener.names', 'CONTROLLER'],
    ['listeners', `${at((listener) => ports[listener])},CONTROLLER://127.0.0.1:${controller}`],
    ['advertised.listeners', at((listener) => (listener === 'proxied' ? advertised : ports[listener]))],
    ['listener.security.protocol.map', ['CONTROLLER:PLAINTEXT', ...protocols].join(',')],
    ['inter.broker.listener.name', 'PLAINTEXT'],
    ...sasl,
    ['ssl.keystore.type', 'PEM'],
    ['ssl.keystore.location', tls.pem],
    ['ssl.truststore.type', 'PEM'],
    ['ssl.truststore.location', tls.ca],
    ['log.dirs', log],
    ['num.partitions', '3'],
    ['offsets.topic.replication.factor', '1'],
    ['offsets.topic.num.partitions', '1'],
    ['transaction.state.log.replication.factor', '1'],
    ['transaction.state.log.min.isr', '1'],
    // A broker that died and comes again is let in when its session before is over.
    ['broker.session.timeout.ms', '1000'],
    ['broker.heartbeat.interval.ms', '200'],
    ['group.initial.rebalance.delay.ms', '0'],
  ]
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
const lines = (settings: Record<string, string>) =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
