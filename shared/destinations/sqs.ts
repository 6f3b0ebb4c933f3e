import { createHash } from 'node:crypto'
import { newId } from '../base/ids.ts'
import { z } from '../base/zod.ts'
import { AwsClient, AwsKeys } from '../delivery/aws/client.ts'
import {
  failedBy,
  KEY_MENDS,
  mendBy,
  plainCode,
  type Refusal,
  readJson,
  refusedBy,
  whole,
} from '../delivery/aws/refusal.ts'
import { defineBulkDestination, Refused, type SendContext } from '../delivery/define.ts'
import { rejected, retry } from '../delivery/outcome.ts'
import { type Message, messageOf, sized } from '../delivery/queue/message.ts'
import { type Entry, type Sent, shipInTurns } from '../delivery/queue/turns.ts'
import type { GroupShipped } from '../delivery/shipment.ts'

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MOST_ENTRIES = 10
/** Of a message, and of all messages of a request together: 1 MiB since August 2025. */
const MOST_BYTES = 1_048_576

const Settings = z
  .strictObject({
    queue_url: z
      .url({ protocol: /^https?$/ })
      .refine((url) => !/^[a-z]+:\/\/[^/]*@/i.test(url), 'has credentials in it; give them as secrets')
      .describe(
        'Of the queue: https://sqs.eu-central-1.amazonaws.com/123456789012/health. One that ends with `.fifo` keeps the order of each user: its group is the user, and a repetition within five minutes is dropped',
      ),
    region: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/, 'is not a region: eu-central-1')
      .optional()
      .describe('Of the queue. Absent: as its address says'),
    mode: z
      .enum(['inline', 'pointer'])
      .default('inline')
      .describe(
        '`inline`: a message is the event, and a link to it where it is too large; `pointer`: always a link, good for ten minutes',
      ),
    format: z
      .enum(['plain', 'cloudevents'])
      .default('plain')
      .describe('`cloudevents`: each event in an envelope of CloudEvents 1.0 (structured mode)'),
    max_inline_bytes: z
      .int()
      .min(1_024)
      .max(MOST_BYTES)
      .default(262_144)
      .describe('A larger message, its attributes counted, is sent as a link. No more than the queue takes'),
  })
  .refine(({ queue_url, region }) => region !== undefined || regionIn(queue_url) !== undefined, {
    path: ['region'],
    error: 'is not in the address of the queue: give it',
  })
type Settings = z.infer<typeof Settings>

/** Hosts: https://docs.aws.amazon.com/general/latest/gr/sqs-service.html, and those of interface endpoints. */
function regionIn(queueUrl: string): string | undefined {
  const { hostname } = new URL(queueUrl)
  if (hostname === 'queue.amazonaws.com') return 'us-east-1'
  return (
    /(?:^|\.)sqs(?:-fips)?\.([a-z0-9-]+)\.(?:vpce\.)?(?:amazonaws\.com|api\.aws|api\.amazonwebservices\.com)/.exec(
      hostname,
    )?.[1] ?? /^([a-z0-9-]+)\.queue\.amazonaws\.com/.exec(hostname)?.[1]
  )
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html#API_SendMessageBatch_Errors */
const THE_QUEUE = { field: 'queue_url', mend: 'create the queue, or correct queue_url and region' }
const THE_KEY = { mend: 'let this access key use the KMS key of the queue (kms:GenerateDataKey, kms:Decrypt)' }
const mendOf = mendBy({
  ...KEY_MENDS,
  AccessDenied: { mend: 'allow sqs:SendMessage on the queue to this access key' },
  QueueDoesNotExist: THE_QUEUE,
  NonExistentQueue: THE_QUEUE,
  InvalidAddress: THE_QUEUE,
  InvalidSecurity: { field: 'queue_url', mend: 'give its https address' },
  RequestThrottled: { mend: 'the queue takes fewer calls; they are made again later' },
  Throttling: { mend: 'the queue takes fewer calls; a FIFO queue with high throughput takes more' },
  KmsAccessDenied: THE_KEY,
  KmsDisabled: { mend: 'the KMS key of the queue is disabled' },
  KmsNotFound: { mend: 'the KMS key of the queue is not there' },
  KmsInvalidState: { mend: 'look at the KMS key of the queue' },
  MessageTooLong: { field: 'max_inline_bytes', mend: 'set max_inline_bytes to what the queue takes' },
})
/** What a request may be refused for because of one of its messages: they are sent one by one, to find out which. */
const ABOUT_A_MESSAGE = new Set([
  'InvalidMessageContents',
  'InvalidParameterValue',
  'InvalidAttributeValue',
  'BatchRequestTooLong',
  'MessageTooLong',
])

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_BatchResultErrorEntry.html */
const BatchAnswer = z.object({
  Successful: z.array(z.object({ Id: z.string(), MD5OfMessageBody: z.string() })).optional(),
  Failed: z
    .array(z.object({ Id: z.string(), Code: z.string(), SenderFault: z.boolean(), Message: z.string().optional() }))
    .optional(),
})
const AttributesAnswer = z.object({ Attributes: z.record(z.string(), z.string()).optional() })

const Secrets = AwsKeys.extend({
  access_key_id: AwsKeys.shape.access_key_id.describe(
    'Of a user that may sqs:SendMessage to the queue (and sqs:GetQueueAttributes, to see how large messages may be)',
  ),
})
type Context = SendContext<Settings, AwsKeys>

/**
 * A message for each event. Key: its id, by which a FIFO queue drops repetitions within five minutes, and receivers of
 * other queues know them.
 */
export default defineBulkDestination<Settings, AwsKeys>({
  type: 'sqs',
  title: 'Amazon SQS',
  about:
    'Each event is a message of the queue, with its ids and its place in the order as attributes. What is too large for a message is sent as a link.',
  settings: Settings,
  secrets: Secrets,
  hosts: ({ queue_url }) => [new URL(queue_url).host],
  async check(context) {
    const { settings, now, delivery } = context
    const queue = queueOf(context)
    const about = await queue.call('GetQueueAttributes', { AttributeNames: ['MaximumMessageSize'] }, AttributesAnswer)
    // Who may send need not be allowed to look.
    if (about.kind === 'refused' && about.refusal.code !== 'AccessDenied') throw refusedBy(about.refusal, mendOf)
    const most = about.kind === 'done' ? Number(about.answer.Attributes?.MaximumMessageSize ?? MOST_BYTES) : MOST_BYTES
    if (settings.max_inline_bytes > most)
      throw new Refused(`the queue takes messages of at most ${most} bytes; set it to that`, 'max_inline_bytes')
    const body = JSON.stringify({
      type: 'healthcheck',
      status: 'normal',
      creation_timestamp: new Date(now()).toISOString(),
      trend_percentage: 0,
      sent_webhooks_last_hour: 0,
      version: delivery.api_version,
    })
    const attributes = { type: { DataType: 'String' as const, StringValue: 'healthcheck' } }
    const sent = await queue.send([{ group: 'healthcheck', id: newId('evt'), message: sized(body, attributes) }])
    if (sent.kind === 'refused') throw refusedBy(sent.refusal, mendOf)
    const [failed] = sent.failed
    if (failed) throw refusedBy({ code: failed.code, message: failed.message }, mendOf)
  },
  ship({ cell, groups }, context) {
    const { settings, signal, now, timeoutMs } = context
    const queue = queueOf(context)
    // Each request has half of the time at least: what is cut off in the middle may be in the queue, and is sent again.
    const until = now() + timeoutMs / 2
    return shipInTurns(groups, {
      most: MOST_ENTRIES,
      mostBytes: MOST_BYTES,
      messageOf: (event, { user }) => messageOf(event, user, cell, settings, context),
      send: (entries) => sendEntries(queue, entries),
      mayStart: () => !signal.aborted && now() < until,
    })
  },
})

type Queue = ReturnType<typeof queueOf>
interface Outgoing {
  group: string
  id: string
  message: Message
}
/** Why one message of a request was not taken. */
interface FailedEntry {
  code: string
  message: string
  bySender: boolean
}

/** The queue, over the JSON protocol: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html */
function queueOf({ settings, secrets, ...deps }: Context) {
  const { queue_url, region = regionIn(queue_url)! } = settings
  const client = new AwsClient(secrets, readJson, deps)
  const fifo = new URL(queue_url).pathname.endsWith('.fifo')

  async function call<T>(
    action: string,
    input: object,
    schema: z.ZodType<T>,
  ): Promise<{ kind: 'done'; answer: T } | { kind: 'refused'; refusal: Refusal }> {
    const came = await client.send({
      service: 'sqs',
      region,
      method: 'POST',
      url: new URL('/', queue_url).href,
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
      body: JSON.stringify({ QueueUrl: queue_url, ...input }),
    })
    if (came.kind === 'refused') return came
    const { status } = came.response
    const answer = schema.safeParse(await came.response.json().catch(() => undefined))
    if (answer.success) return { kind: 'done', answer: answer.data }
    return { kind: 'refused', refusal: { status, message: `the answer is not one of a queue (status ${status})` } }
  }

  async function send(messages: Outgoing[]) {
    const Entries = messages.map(({ group, id, message }, i) => ({
      Id: String(i),
      MessageBody: message.body,
      MessageAttributes: message.attributes,
      ...(fifo && { MessageGroupId: group, MessageDeduplicationId: id }),
    }))
    const came = await call('SendMessageBatch', { Entries }, BatchAnswer)
    if (came.kind === 'refused') return came
    const { Successful = [], Failed = [] } = came.answer
    const failed = messages.map(({ message: { body } }, i): FailedEntry | undefined => {
      const refused = Failed.find(({ Id }) => Id === String(i))
      if (refused) {
        const { Code, Message = 'no reason given', SenderFault } = refused
        return { code: plainCode(Code), message: Message, bySender: SenderFault }
      }
      const taken = Successful.find(({ Id }) => Id === String(i))
      if (!taken) return { code: 'NoAnswer', message: 'the answer does not say what became of it', bySender: false }
      if (taken.MD5OfMessageBody === createHash('md5').update(body).digest('hex')) return undefined
      return { code: 'BadDigest', message: 'the queue holds something else than was sent (MD5)', bySender: false }
    })
    return { kind: 'told' as const, failed }
  }
  return { call, send }
}

async function sendEntries(queue: Queue, entries: Entry[]): Promise<Sent> {
  const came = await queue.send(
    entries.map(({ group: { user }, event, message }) => ({ group: user.user_id, id: event.event_id, message })),
  )
  if (came.kind === 'refused') {
    const { code = '', message, status } = came.refusal
    if (!ABOUT_A_MESSAGE.has(code)) return { kind: 'failed', sent: failedBy(came.refusal, mendOf) }
    if (entries.length === 1) return { kind: 'told', failed: [failureOf({ code, message, bySender: true }, status)] }
    return oneByOne(queue, entries)
  }
  // Several messages, and none was taken for a reason of the queue's own: it is the queue.
  const [first] = came.failed
  if (entries.length > 1 && first && came.failed.every((failed) => failed?.bySender === false))
    return { kind: 'failed', sent: failedBy({ status: 200, ...first }, mendOf) }
  return { kind: 'told', failed: came.failed.map((failed) => failed && failureOf(failed, 200)) }
}

async function oneByOne(queue: Queue, entries: Entry[]): Promise<Sent> {
  const failed: (GroupShipped['failed'] | undefined)[] = []
  for (const entry of entries) {
    const came = await sendEntries(queue, [entry])
    failed.push(came.kind === 'failed' ? came.sent : came.failed[0])
  }
  // What every message is refused for is not theirs.
  const [first] = failed
  if (first?.kind === 'retry' && failed.every((one) => one?.kind === 'retry'))
    return { kind: 'failed', sent: { ...first, blame: 'destination' } }
  return { kind: 'told', failed }
}

/** A message that the queue cannot hold never can; anything else may be mended meanwhile, or pass. */
function failureOf({ code, message }: FailedEntry, status: number): NonNullable<GroupShipped['failed']> {
  const reason = whole({ code, message }, mendOf)
  if (code === 'InvalidMessageContents') return rejected(reason) as NonNullable<GroupShipped['failed']>
  return retry('event', reason, { status, response: `${code}: ${message}` }) as NonNullable<GroupShipped['failed']>
}
