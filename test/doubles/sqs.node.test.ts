import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ACCOUNT, serveQueues } from '../destinations/queue.ts'
import type { SqsDouble } from './sqs.ts'

let double: SqsDouble
let client: SQSClient
let now = 0
const clientOf = (more: object = {}) =>
  new SQSClient({
    endpoint: new URL(double.urlOf('health')).origin,
    region: ACCOUNT.region,
    credentials: ACCOUNT,
    maxAttempts: 1,
    ...more,
  })
beforeEach(async () => {
  now = 1_800_000_000_000
  double = await serveQueues({ now: () => now })
  client = clientOf()
})
afterEach(async () => {
  client.destroy()
  await double.stop()
})

const entry = (Id: string, more: Partial<SendMessageBatchRequestEntry> = {}): SendMessageBatchRequestEntry => ({
  Id,
  MessageBody: `body ${Id}`,
  ...more,
})
const fifo = (Id: string, group: string, dedup = Id) =>
  entry(Id, { MessageGroupId: group, MessageDeduplicationId: dedup })
const send = (queue: string, Entries: SendMessageBatchRequestEntry[], by = client) =>
  by.send(new SendMessageBatchCommand({ QueueUrl: double.urlOf(queue), Entries }))

describe('the double of the queue', () => {
  test('serves the official client, which checks its digests', async () => {
    const MessageAttributes = {
      type: { DataType: 'String', StringValue: 'daily' },
      seq: { DataType: 'Number', StringValue: '7' },
      bytes: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2, 3) },
    }
    const sent = await send('health', [entry('a', { MessageAttributes }), entry('b')])
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['a', 'b'])
    // The digest that the documentation's rule gives for these attributes, by another implementation of it.
    expect(sent.Successful?.[0]?.MD5OfMessageAttributes).toBe('5dfd18a7da8d15aba47f525e4ab8df23')
    const QueueUrl = double.urlOf('health')
    const { Messages } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
    )
    expect(Messages?.map(({ Body }) => Body)).toEqual(['body a', 'body b'])
    expect(Messages?.[0]?.MessageAttributes?.seq).toEqual(MessageAttributes.seq)
    for (const { ReceiptHandle } of Messages ?? [])
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    expect(double.messages('health')).toEqual([])
    expect((await client.send(new GetQueueUrlCommand({ QueueName: 'health' }))).QueueUrl).toBe(QueueUrl)
    const about = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
    expect(about.Attributes).toEqual({ MaximumMessageSize: '1048576' })
  })
  test('refuses what was changed on its way, and keys, regions and tokens that are not right', async () => {
    const by = clientOf()
    by.middlewareStack.add(
      (next) => async (args) => {
        const request = args.request as { body: string | Uint8Array<ArrayBuffer> }
        request.body = (await new Response(request.body).text()).replace('body a', 'body b')
        return next(args)
      },
      // After the signature was made.
      { step: 'deserialize', priority: 'low', name: 'tamper' },
    )
    await expect(send('health', [entry('a')], by)).rejects.toMatchObject({ name: 'InvalidSignatureException' })
    for (const [more, name] of [
      [{ credentials: { ...ACCOUNT, secretAccessKey: 'another' } }, 'InvalidSignatureException'],
      [{ credentials: { ...ACCOUNT, accessKeyId: 'AKIDUNKNOWN' } }, 'InvalidClientTokenId'],
      [{ credentials: { ...ACCOUNT, sessionToken: 'token' } }, 'InvalidClientTokenId'],
      [{ region: 'eu-west-1' }, 'SignatureDoesNotMatch'],
    ] as const)
      await expect(send('health', [entry('a')], clientOf(more))).rejects.toMatchObject({ name })
    const bare = await fetch(double.urlOf('health'), { method: 'POST', body: '{}' })
    expect(bare.status).toBe(403)
    expect(double.messages('health')).toEqual([])
  })
  test('refuses batches that Amazon refuses', async () => {
    const many = Array.from({ length: 11 }, (_, i) => entry(String(i)))
    const half = 'x'.repeat(524_288)
    for (const [entries, name] of [
      [[], 'EmptyBatchRequest'],
      [many, 'TooManyEntriesInBatchRequest'],
      [[entry('a'), entry('a')], 'BatchEntryIdsNotDistinct'],
      [[entry('a b')], 'InvalidBatchEntryId'],
      [[entry('a', { MessageBody: half }), entry('b', { MessageBody: `${half}x` })], 'BatchRequestTooLong'],
    ] as const)
      await expect(send('health', [...entries])).rejects.toMatchObject({ name })
    await expect(send('unknown', [entry('a')])).rejects.toMatchObject({ name: 'QueueDoesNotExist' })
    const whole = await send('health', [entry('a', { MessageBody: half }), entry('b', { MessageBody: half })])
    expect(whole.Successful).toHaveLength(2)
  })
  test('refuses messages that Amazon refuses, each by itself', async () => {
    const attribute = { DataType: 'String', StringValue: 'x' }
    const attributes = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, attribute]))
    for (const [queue, wrong, code] of [
      ['health', entry('a', { MessageBody: '' }), 'MissingParameter'],
      ['health', entry('a', { MessageBody: 'a\u0001b' }), 'InvalidMessageContents'],
      ['health', entry('a', { MessageBody: 'a\uFFFEb' }), 'InvalidMessageContents'],
      ['health', entry('a', { MessageAttributes: attributes(11) }), 'InvalidParameterValue'],
      ['health', entry('a', { MessageAttributes: { 'AWS.x': attribute } }), 'InvalidParameterValue'],
      [
        'health',
        entry('a', { MessageAttributes: { x: { DataType: 'String', StringValue: '' } } }),
        'InvalidParameterValue',
      ],
      [
        'health',
        entry('a', { MessageAttributes: { x: { DataType: 'Number', StringValue: 'x' } } }),
        'InvalidParameterValue',
      ],
      ['health', entry('a', { MessageDeduplicationId: 'a' }), 'InvalidParameterValue'],
      ['health.fifo', entry('a'), 'MissingParameter'],
      ['health.fifo', entry('a', { MessageGroupId: 'g' }), 'InvalidParameterValue'],
      ['health.fifo', fifo('a', 'g'.repeat(129)), 'InvalidParameterValue'],
    ] as const) {
      const right = queue === 'health' ? entry('b') : fifo('b', 'g', `${code}-${Math.random()}`)
      const { Successful, Failed } = await send(queue, [wrong, right])
      expect([Successful?.map(({ Id }) => Id), Failed]).toEqual([
        ['b'],
        [expect.objectContaining({ Id: 'a', Code: code, SenderFault: true })],
      ])
    }
    expect((await send('health', [entry('a', { MessageAttributes: attributes(10) })])).Failed).toBeUndefined()
  })
  test('counts attributes in the size of a message', async () => {
    const small = await serveQueues({ queues: [{ name: 'small', maximumMessageSize: 1_024 }] })
    const by = clientOf({ endpoint: new URL(small.urlOf('small')).origin })
    const to = (length: number) =>
      by.send(
        new SendMessageBatchCommand({
          QueueUrl: small.urlOf('small'),
          Entries: [
            entry('a', {
              MessageBody: 'x'.repeat(length),
              MessageAttributes: { ab: { DataType: 'String', StringValue: 'ä' } },
            }),
          ],
        }),
      )
    expect((await to(1_024 - 10)).Failed).toBeUndefined()
    expect((await to(1_024 - 9)).Failed?.[0]).toMatchObject({ Code: 'InvalidParameterValue', SenderFault: true })
    await small.stop()
  })
  test('drops repetitions in a FIFO queue for five minutes, and holds a group that somebody works at', async () => {
    const [first] = (await send('health.fifo', [fifo('a', 'g1', 'one')])).Successful!
    now += 299_999
    const [again] = (await send('health.fifo', [fifo('b', 'g1', 'one')])).Successful!
    expect([again!.MessageId, again!.SequenceNumber]).toEqual([first!.MessageId, first!.SequenceNumber])
    expect(double.messages('health.fifo')).toHaveLength(1)
    now += 1
    await send('health.fifo', [fifo('a', 'g1', 'one'), fifo('b', 'g2', 'two')])
    expect(double.messages('health.fifo')).toHaveLength(3)
    const receive = async () =>
      (await client.send(new ReceiveMessageCommand({ QueueUrl: double.urlOf('health.fifo'), MaxNumberOfMessages: 10 })))
        .Messages ?? []
    expect(await receive()).toHaveLength(3)
    await send('health.fifo', [fifo('a', 'g1', 'three'), fifo('b', 'g3', 'four')])
    expect((await receive()).map(({ Body }) => Body)).toEqual(['body b'])
  })
})
