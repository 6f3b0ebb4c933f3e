import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Asked, AwsError, checkSignature, digest, type Signed } from './signature-v4.ts'
import { type FailedEntry, type Kept, type QueueOptions, type SentEntry, SqsQueue } from './sqs-queue.ts'

export interface SqsOptions {
  queues: QueueOptions[]
  region: string
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
  /** Moves the five minutes of a FIFO queue. The time of signatures is the real one. */
  now?: () => number
  /** What the key may not do: `GetQueueAttributes`. */
  denied?: string[]
}
/**
 * What it does with the next request instead: fails before or after the work is done, breaks the connection, answers when
 * it is told to, refuses some of the entries, or says that it keeps something else.
 */
export type Trouble =
  | { kind: 'error'; status: number; code: string; message?: string; after?: boolean; headers?: Record<string, string> }
  | { kind: 'text'; status: number; body: string; after?: boolean }
  | { kind: 'reset'; after?: boolean }
  | { kind: 'late'; until: Promise<void> }
  | { kind: 'entries'; fails: (entry: SentEntry) => Omit<FailedEntry, 'Id'> | undefined }
  | { kind: 'garbled' }

interface Input {
  QueueUrl?: string
  QueueName?: string
  Entries?: SentEntry[]
  MaxNumberOfMessages?: number
  ReceiptHandle?: string
}

/**
 * Amazon SQS on loopback, over its JSON protocol:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
 * Errors: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
export class SqsDouble {
  readonly troubles: Trouble[] = []
  /** Of each SendMessageBatch: its entries, as they came. */
  readonly batches: SentEntry[][] = []
  /** The most requests that were under way at once. */
  atOnce = 0
  private open = 0
  private url = ''
  private readonly queues: Map<string, SqsQueue>
  private readonly server = createServer((request, response) => void this.handle(request, response))
  private readonly options: SqsOptions

  constructor(options: SqsOptions) {
    this.options = options
    const now = options.now ?? Date.now
    this.queues = new Map(options.queues.map((queue) => [queue.name, new SqsQueue(queue, now)]))
  }
  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
    return this.url
  }
  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }
  urlOf(name: string): string {
    return `${this.url}/123456789012/${name}`
  }
  messages(name: string): Kept[] {
    return this.queues.get(name)!.messages
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    this.atOnce = Math.max(this.atOnce, ++this.open)
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const asked = { method: request.method!, url: request.url!, headers }
    const done = await this.answer(asked, Buffer.concat(chunks))
    this.open--
    if (done === 'reset') request.socket.destroy()
    else response.writeHead(done.status, done.headers).end(done.body)
  }

  /** What is answered to a request, however it came. */
  async answer(asked: Asked, body: Buffer): Promise<Answer | 'reset'> {
    const trouble = this.troubles.shift()
    try {
      const before = trouble && 'after' in trouble && trouble.after ? undefined : trouble
      if (before?.kind === 'reset') return 'reset'
      if (before?.kind === 'text') return answerOf(before.status, before.body)
      if (before?.kind === 'error') throw errorOf(before)
      const done = await this.work(asked, body, trouble)
      if (trouble?.kind === 'reset') return 'reset'
      if (trouble?.kind === 'text') return answerOf(trouble.status, trouble.body)
      if (trouble?.kind === 'error') throw errorOf(trouble)
      if (trouble?.kind === 'late') await trouble.until
      return answerOf(200, JSON.stringify(done))
    } catch (error) {
      const { status, code, message } =
        error instanceof AwsError ? error : new AwsError(500, 'InternalFailure', String(error))
      return answerOf(status, JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message }), {
        'x-amzn-query-error': `${code};${status < 500 ? 'Sender' : 'Receiver'}`,
        ...(trouble?.kind === 'error' ? trouble.headers : {}),
      })
    }
  }

  private async work(asked: Asked, body: Buffer, trouble: Trouble | undefined): Promise<object> {
    await checkSigned(asked, body, { service: 'sqs', ...this.options, now: Date.now })
    const { headers } = asked
    if (!String(headers['content-type']).startsWith('application/x-amz-json-1.0'))
      throw new AwsError(400, 'UnknownOperationException', 'The content type is not application/x-amz-json-1.0.')
    const action = /^AmazonSQS\.(\w+)$/.exec(String(headers['x-amz-target']))?.[1] ?? ''
    if (this.options.denied?.includes(action))
      throw new AwsError(
        403,
        'AccessDeniedException',
        `User: arn:aws:iam::123456789012:user/health is not authorized to perform: sqs:${action.toLowerCase()}`,
      )
    const input = JSON.parse(body.toString()) as Input
    if (action === 'GetQueueUrl') return { QueueUrl: this.urlOf(this.queue(input.QueueName).name) }
    const queue = this.queue(input.QueueUrl?.split('/').at(-1))
    if (action === 'GetQueueAttributes')
      return {
        Attributes: {
          MaximumMessageSize: String(queue.most),
          ...(queue.fifo && { FifoQueue: 'true', ContentBasedDeduplication: 'false' }),
        },
      }
    if (action === 'SendMessageBatch') return this.sendBatch(queue, input.Entries ?? [], trouble)
    if (action === 'ReceiveMessage') return { Messages: queue.receive(input.MaxNumberOfMessages ?? 1).map(received) }
    if (action === 'DeleteMessage') {
      queue.delete(input.ReceiptHandle ?? '')
      return {}
    }
    throw new AwsError(400, 'UnknownOperationException', `The action ${action} is not valid.`)
  }
  private queue(name: string | undefined): SqsQueue {
    const found = this.queues.get(name ?? '')
    if (!found) throw new AwsError(400, 'QueueDoesNotExist', 'The specified queue does not exist.')
    return found
  }

  private sendBatch(queue: SqsQueue, entries: SentEntry[], trouble: Trouble | undefined): object {
    this.batches.push(entries)
    queue.checkBatch(entries)
    const Successful: object[] = []
    const Failed: FailedEntry[] = []
    for (const entry of entries) {
      const Id = entry.Id!
      const wrong = queue.wrongIn(entry) ?? (trouble?.kind === 'entries' ? trouble.fails(entry) : undefined)
      if (wrong) Failed.push({ Id, ...wrong })
      else {
        const kept = queue.keep(entry)
        Successful.push({ Id, ...kept, ...(trouble?.kind === 'garbled' && { MD5OfMessageBody: '0'.repeat(32) }) })
      }
    }
    return { ...(Successful.length > 0 && { Successful }), ...(Failed.length > 0 && { Failed }) }
  }
}

interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}
const answerOf = (status: number, body: string, more: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': REQUEST_ID, ...more },
  body,
})
const REQUEST_ID = 'e1b2c3d4-5f60-5718-9a2b-3c4d5e6f7081'
const errorOf = ({ status, code, message }: Extract<Trouble, { kind: 'error' }>) =>
  new AwsError(status, code, message ?? 'We encountered an internal error. Please try again.')
const received = ({ id, body, attributes, handle, group, sequence }: Kept) => ({
  MessageId: id,
  ReceiptHandle: handle,
  Body: body,
  MD5OfBody: bodyDigest(body),
  MessageAttributes: attributes,
  Attributes: { ...(group !== undefined && { MessageGroupId: group, SequenceNumber: String(sequence) }) },
})
const bodyDigest = (body: string) => digest('md5', Buffer.from(body), 'hex')

/** What the JSON protocol calls some of them, and with which words. */
const JSON_ERRORS: Record<string, [status: number, code: string, message?: string]> = {
  InvalidAccessKeyId: [403, 'InvalidClientTokenId', 'The security token included in the request is invalid.'],
  InvalidToken: [403, 'InvalidClientTokenId', 'The security token included in the request is invalid.'],
  SignatureDoesNotMatch: [403, 'InvalidSignatureException'],
  AuthorizationHeaderMalformed: [403, 'SignatureDoesNotMatch', 'Credential should be scoped to a valid region.'],
  AccessDenied: [403, 'MissingAuthenticationTokenException', 'Missing Authentication Token'],
}
async function checkSigned(asked: Asked, body: Buffer, expected: Signed): Promise<void> {
  try {
    // The signature is over the digest that a request announces; whether that is the body's is another question.
    const announced = asked.headers['x-amz-content-sha256']
    await checkSignature(asked, body, expected)
    if (announced !== undefined && announced !== digest('sha256', body, 'hex'))
      throw new AwsError(403, 'SignatureDoesNotMatch', 'The body is not the one that was signed.')
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const [status, code, message] = JSON_ERRORS[error.code] ?? [error.status, error.code]
    throw new AwsError(status, code, message ?? error.message)
  }
}
