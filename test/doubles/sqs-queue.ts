import { createHash, randomUUID } from 'node:crypto'
import { AwsError } from './signature-v4.ts'

export interface QueueOptions {
  name: string
  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
  maximumMessageSize?: number
}
export interface Attribute {
  DataType: string
  StringValue?: string
  BinaryValue?: string
}
export interface SentEntry {
  Id?: string
  MessageBody?: string
  MessageAttributes?: Record<string, Attribute>
  MessageGroupId?: string
  MessageDeduplicationId?: string
}
export interface Kept {
  id: string
  body: string
  attributes: Record<string, Attribute>
  group: string | undefined
  dedup: string | undefined
  sequence: number
  /** Handle of who received it; until it is deleted nobody else gets it. */
  handle: string | undefined
}
export interface FailedEntry {
  Id: string
  Code: string
  SenderFault: boolean
  Message: string
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MOST_BYTES = 1_048_576
const MOST_ATTRIBUTES = 10
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html */
const DEDUP_MS = 5 * 60_000
const NAME = /^(?!AWS\.|Amazon\.)[A-Za-z0-9_.-]{1,256}$/i
const ID = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/
const NOT_ALLOWED = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u

/** One queue: what it takes, and what it refuses. */
export class SqsQueue {
  readonly messages: Kept[] = []
  readonly name: string
  readonly fifo: boolean
  readonly most: number
  private sequence = 0
  private readonly seen = new Map<string, { at: number; id: string; sequence: number }>()
  private readonly now: () => number

  constructor({ name, maximumMessageSize = MOST_BYTES }: QueueOptions, now: () => number) {
    this.name = name
    this.fifo = name.endsWith('.fifo')
    this.most = maximumMessageSize
    this.now = now
  }

  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
  checkBatch(entries: SentEntry[]): void {
    const refuse = (code: string, message: string) => new AwsError(400, code, message)
    if (entries.length === 0)
      throw refuse('EmptyBatchRequest', 'There should be at least one SendMessageBatchRequestEntry in the request.')
    if (entries.length > 10)
      throw refuse(
        'TooManyEntriesInBatchRequest',
        `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
      )
    const ids = entries.map(({ Id }) => Id ?? '')
    if (ids.some((id) => !/^[A-Za-z0-9_-]{1,80}$/.test(id)))
      throw refuse(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      )
    const twice = ids.find((id, i) => ids.indexOf(id) !== i)
    if (twice !== undefined) throw refuse('BatchEntryIdsNotDistinct', `Id ${twice} repeated.`)
    const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0)
    if (bytes > MOST_BYTES)
      throw refuse(
        'BatchRequestTooLong',
        `Batch requests cannot be longer than ${MOST_BYTES} bytes. You have sent ${bytes} bytes.`,
      )
  }

  /** undefined: it may be kept. */
  wrongIn(entry: SentEntry): Omit<FailedEntry, 'Id'> | undefined {
    const refuse = (Code: string, Message: string) => ({ Code, Message, SenderFault: true })
    const { MessageBody = '', MessageAttributes = {}, MessageGroupId, MessageDeduplicationId } = entry
    if (MessageBody === '') return refuse('MissingParameter', 'The request must contain the parameter MessageBody.')
    if (NOT_ALLOWED.test(MessageBody))
      return refuse('InvalidMessageContents', 'Message contains characters that are not allowed.')
    const most = Math.min(this.most, MOST_BYTES)
    if (sizeOf(entry) > most)
      return refuse(
        'InvalidParameterValue',
        `One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`,
      )
    const names = Object.keys(MessageAttributes)
    if (names.length > MOST_ATTRIBUTES)
      return refuse(
        'InvalidParameterValue',
        `Number of message attributes [${names.length}] exceeds the allowed maximum [${MOST_ATTRIBUTES}].`,
      )
    const wrong = names.find((name) => !NAME.test(name) || !isValue(MessageAttributes[name]!))
    if (wrong !== undefined)
      return refuse(
        'InvalidParameterValue',
        `The message attribute '${wrong}' must contain a non-empty value of its type.`,
      )
    if (this.fifo && MessageGroupId === undefined)
      return refuse('MissingParameter', 'The request must contain the parameter MessageGroupId.')
    if (this.fifo && MessageDeduplicationId === undefined)
      return refuse(
        'InvalidParameterValue',
        'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
      )
    if (!this.fifo && MessageDeduplicationId !== undefined)
      return refuse(
        'InvalidParameterValue',
        'The request includes a parameter that is not valid for this queue type: MessageDeduplicationId.',
      )
    if ([MessageGroupId, MessageDeduplicationId].some((id) => id !== undefined && !ID.test(id)))
      return refuse('InvalidParameterValue', 'An id can be 1 to 128 alphanumeric and punctuation characters.')
    return undefined
  }

  /** Keeps a message; a FIFO queue drops what it had in the last five minutes, and answers as if it had not. */
  keep({ MessageBody = '', MessageAttributes = {}, MessageGroupId, MessageDeduplicationId }: SentEntry) {
    const before = this.fifo ? this.seen.get(MessageDeduplicationId!) : undefined
    const known = before && before.at + DEDUP_MS > this.now() ? before : undefined
    const { id, sequence } = known ?? { id: randomUUID(), sequence: ++this.sequence }
    if (!known) {
      if (this.fifo) this.seen.set(MessageDeduplicationId!, { at: this.now(), id, sequence })
      this.messages.push({
        id,
        body: MessageBody,
        attributes: MessageAttributes,
        group: MessageGroupId,
        dedup: MessageDeduplicationId,
        sequence,
        handle: undefined,
      })
    }
    return {
      MessageId: id,
      MD5OfMessageBody: md5(MessageBody),
      ...(Object.keys(MessageAttributes).length > 0 && { MD5OfMessageAttributes: md5OfAttributes(MessageAttributes) }),
      ...(this.fifo && { SequenceNumber: String(sequence).padStart(20, '1') }),
    }
  }

  /** The oldest first; of a group that somebody works at, nothing more. */
  receive(most: number): Kept[] {
    const busy = new Set(this.fifo ? this.messages.flatMap(({ handle, group }) => (handle ? [group] : [])) : [])
    const given = this.messages.filter(({ handle, group }) => !handle && !busy.has(group)).slice(0, most)
    for (const message of given) message.handle = randomUUID()
    return given
  }
  delete(handle: string): void {
    const at = this.messages.findIndex((message) => message.handle === handle)
    if (at < 0) throw new AwsError(400, 'ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not valid.`)
    this.messages.splice(at, 1)
  }
}

const bytesOf = ({ StringValue, BinaryValue }: Attribute): Buffer =>
  BinaryValue === undefined ? Buffer.from(StringValue ?? '') : Buffer.from(BinaryValue, 'base64')
function isValue(attribute: Attribute): boolean {
  const [type] = attribute.DataType.split('.')
  if (bytesOf(attribute).length === 0 || !['String', 'Number', 'Binary'].includes(type!)) return false
  return type !== 'Number' || /^-?\d+(\.\d+)?$/.test(attribute.StringValue ?? '')
}
/** The body, and of each attribute its name, its type and its value. */
const sizeOf = ({ MessageBody = '', MessageAttributes = {} }: SentEntry): number =>
  Object.entries(MessageAttributes).reduce(
    (sum, [name, one]) => sum + Buffer.byteLength(name) + Buffer.byteLength(one.DataType) + bytesOf(one).length,
    Buffer.byteLength(MessageBody),
  )

const md5 = (data: string | Buffer) => createHash('md5').update(data).digest('hex')
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation */
function md5OfAttributes(attributes: Record<string, Attribute>): string {
  const withLength = (bytes: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    return Buffer.concat([length, bytes])
  }
  const names = Object.keys(attributes).sort()
  return md5(
    Buffer.concat(
      names.flatMap((name) => {
        const one = attributes[name]!
        const kind = Buffer.from([one.BinaryValue === undefined ? 1 : 2])
        return [withLength(Buffer.from(name)), withLength(Buffer.from(one.DataType)), kind, withLength(bytesOf(one))]
      }),
    ),
  )
}
