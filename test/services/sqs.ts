import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { freePort } from '../local/spawned.ts'
import { startFront } from './front.ts'
import { java } from './java.ts'
import { openPlace } from './place.ts'
import { listens, Server } from './server.ts'
import { type Account, type Refusal, refusal } from './signature.ts'

const REGION = 'eu-central-1'
const ACCOUNT: Account = { accessKeyId: 'AKIDOFTHETESTS000000', secretAccessKey: 'secret-of-the-tests' }
const MAX_BATCH = 10

/** ElasticMQ, which believes everybody, behind a front that believes only what the account has signed. */
export async function startSqs() {
  const place = openPlace('sqs')
  const port = await freePort()
  let account = ACCOUNT
  let refused = 0
  const front = await startFront(port, async (request) => {
    const no = await refusal(request, { service: 'sqs', region: REGION, account })
    if (no) refused++
    return no && told(no)
  })
  const config = place.write(
    'server.conf',
    [
      'include classpath("application.conf")',
      // Written before it is answered: what was taken outlives a kill.
      `messages-storage { enabled = true, uri = "jdbc:h2:${place.path('messages')};WRITE_DELAY=0" }`,
      `queues-storage { enabled = true, path = "${place.path('queues.conf')}" }`,
      `rest-sqs { bind-hostname = "127.0.0.1", bind-port = ${port}, sqs-limits = strict }`,
      'rest-stats { enabled = false }',
      'generate-node-address = false',
      `node-address { protocol = http, host = "127.0.0.1", port = ${front.port}, context-path = "" }`,
    ].join('\n'),
  )
  const { program, args } = java('elasticmq', 'org.elasticmq.server.Main', [], [`-Dconfig.file=${config}`])
  const server = new Server(place, { name: 'elasticmq', program, args: () => args, ready: () => listens(port) })
  await server.start()

  const clientOf = (credentials: Account) => new SQSClient({ endpoint: front.url, region: REGION, credentials })
  const client = clientOf(ACCOUNT)
  return {
    url: front.url,
    region: REGION,
    account: ACCOUNT,
    client,
    clientOf,
    behaves: front.behaves,
    observes: front.observes,
    get requests() {
      return front.requests
    },
    /** Calls that were not signed by the account. */
    get refused() {
      return refused
    },
    /** → its address. A name that ends in `.fifo` makes one that keeps order. */
    async createQueue(name: string): Promise<string> {
      const Attributes = name.endsWith('.fifo') ? { FifoQueue: 'true' } : undefined
      const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes }))
      return QueueUrl!
    },
    /** Takes out what is there now, in the order in which it is given out. */
    async receive(QueueUrl: string): Promise<Message[]> {
      const all: Message[] = []
      for (;;) {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: MAX_BATCH,
            MessageAttributeNames: ['All'],
            MessageSystemAttributeNames: ['All'],
          }),
        )
        if (Messages.length === 0) return all
        all.push(...Messages)
        const Entries = Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }))
        await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
      }
    },
    /** The key's secret is another now. */
    revoke: () => {
      account = { ...ACCOUNT, secretAccessKey: 'another one' }
    },
    giveBack: () => {
      account = ACCOUNT
    },
    kill: () => server.kill(),
    restart: () => server.restart(),
    async close(): Promise<void> {
      client.destroy()
      await front.close()
      await server.kill()
      place.remove()
    },
  }
}
export type Sqs = Awaited<ReturnType<typeof startSqs>>

/** Errors of the JSON protocol: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#operation-error-serialization */
const told = ({ status, code, message }: Refusal) => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: Buffer.from(JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message })),
})
