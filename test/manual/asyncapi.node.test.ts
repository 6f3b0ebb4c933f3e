import Ajv from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { STREAM } from '../../shared/base/limits.ts'
import { OP } from '../../shared/base/op-codes.ts'
import { CLOSE } from '../../shared/streaming/close-codes.ts'
import { StreamQuery } from '../../shared/streaming/filter.ts'
import { ack, dispatch, HEARTBEAT_ACK, hello, readFrame, ready } from '../../shared/streaming/frames.ts'
import { OPS_OF, OPS_OF_NOBODY } from '../../shared/streaming/ops.ts'
import { asyncApiDocument } from '../../workers/manual/asyncapi.ts'
import { FRAMES, type FrameName } from '../../workers/manual/stream-frames.ts'
import { type AsyncApi, resolve } from './async-document.ts'

const document = asyncApiDocument('https://fascia.example.com') as AsyncApi
const ajv = new Ajv({ strict: false, validateFormats: false })
ajv.addSchema({ ...document, $id: 'ours' } as object)
/** Whether a frame is as the document has the message of its op. */
function isDescribed(frame: unknown): boolean {
  const { op } = frame as { op: number }
  const name = Object.entries(OP).find(([, code]) => code === op)?.[0]
  const message = Object.values(document.components.messages).find((one) => one.name === name?.toLowerCase())
  if (!message) return false
  return ajv.validate({ $ref: `ours${message.payload.$ref}` }, frame) as boolean
}
const all = (node: unknown): unknown[] =>
  typeof node === 'object' && node !== null ? [node, ...Object.values(node).flatMap(all)] : []

describe('the document of the live protocol', () => {
  test.each(Object.entries(OP))('has a message of %s, op %i, and says who sends it', (name, op) => {
    const message = Object.values(document.components.messages).find((one) => one.name === name.toLowerCase())!
    const payload = resolve(document, message.payload)
    expect(payload.properties!.op).toEqual({ const: op })
    expect(payload.required).toContain('op')
    const ofChannel = Object.entries(document.channels.connect.messages).filter(
      ([, one]) => resolve(document, one) === (message as unknown),
    )
    expect(ofChannel).toHaveLength(1)
    const used = Object.values(document.operations).flatMap(({ messages, reply }) => [
      ...messages,
      ...(reply?.messages ?? []),
    ])
    expect(used.map(({ $ref }) => $ref)).toContain(`#/channels/connect/messages/${ofChannel[0]![0]}`)
  })
  test('has the op codes of the kit, and no others', () => {
    expect(document.components.schemas.Opcode!.enum).toEqual(Object.values(OP))
    expect(Object.keys(document.components.messages)).toHaveLength(Object.keys(OP).length)
  })
  test('says of each frame who may send it, as the socket judges', () => {
    const senders = (op: number) =>
      OPS_OF_NOBODY.includes(op)
        ? 'client'
        : (Object.entries(OPS_OF).find(([, ops]) => ops.includes(op))?.[0] ?? 'server')
    for (const name of Object.keys(FRAMES) as FrameName[])
      expect([name, FRAMES[name].from]).toEqual([name, senders(OP[name])])
    for (const [id, { action, messages }] of Object.entries(document.operations))
      for (const one of messages) {
        const { op } = resolve(document, resolve(document, resolve(document, one)).payload!).properties!
        expect([id, action]).toEqual([id, senders(op!.const as number) === 'server' ? 'send' : 'receive'])
      }
  })
  test('has every close code of the kit, its cause and what to do', () => {
    const codes = document.channels.connect['x-close-codes']
    expect(codes.map(({ code }) => code)).toEqual(Object.values(CLOSE))
    for (const { code, cause, action } of codes) expect([code, cause, action]).not.toContain('')
  })
  test('has every parameter that the door reads', () => {
    const { query } = document.channels.connect.bindings.ws
    expect(Object.keys(query.properties!)).toEqual(Object.keys(StreamQuery.shape))
    expect(query.type).toBe('object')
    for (const [name, { description }] of Object.entries(query.properties!)) expect(description, name).toBeTruthy()
  })
  test('names nothing that is not in it', () => {
    const refs = all(document).flatMap((node) => (node as { $ref?: string }).$ref ?? [])
    expect(refs.length).toBeGreaterThan(30)
    for (const $ref of refs) expect([$ref, resolve(document, { $ref })]).toEqual([$ref, expect.anything()])
  })
  test('is of the deployment that sends it', () => {
    const servers = (origin: string) => (asyncApiDocument(origin) as AsyncApi).servers.deployment
    expect(servers('https://fascia.example.com')).toMatchObject({ host: 'fascia.example.com', protocol: 'wss' })
    expect(servers('http://127.0.0.1:8787')).toMatchObject({ host: '127.0.0.1:8787', protocol: 'ws' })
  })
})

describe('a frame of the document', () => {
  const examples = Object.values(document.components.messages).flatMap(({ examples }) => examples)
  test.each(examples.map(({ name, payload }) => ({ name, payload })))(
    'shown as $name is as described',
    ({ payload }) => {
      expect(isDescribed(payload), ajv.errorsText()).toBe(true)
      const fromClient = Object.values(OPS_OF).flat().concat(OPS_OF_NOBODY).includes(payload.op)
      // What a client sends is taken by the socket's own reader.
      if (fromClient) expect(readFrame(JSON.stringify(payload))).toMatchObject({ op: payload.op })
    },
  )
  test('is what the server sends', () => {
    const sent = [
      hello(40_000),
      HEARTBEAT_ACK,
      ready(),
      ready({ n: 0 }),
      ready({ from: null }),
      ready({ from: 1_795_762_801_000_000, dropped: true }),
      ack(3),
      dispatch('u', 1, { t: 'ECG', d: '{"d":[1,2]}' }, false),
      dispatch('u', 1, { t: 'ECG', d: '{"d":[1,2]}' }, true),
    ]
    for (const frame of sent) expect([frame, isDescribed(JSON.parse(frame))]).toEqual([frame, true])
  })
  const sample = { t: 'HEART_RATE', d: { val: 1 } }
  const label = (length: number) => 'X'.repeat(length)
  test.each([
    [{ op: 3, d: { type: 2, token: 'st.x' } }, false],
    [{ op: 3, d: { type: 0 } }, false],
    [{ op: 3, d: { type: 0, token: 'st.x', producer: '' } }, false],
    [{ op: 3, d: { type: 0, token: 'st.x', producer: label(64) } }, true],
    [{ op: 3, d: { type: 0, token: 'st.x', producer: label(65) } }, false],
    [{ op: 6, ...sample, t: label(STREAM.typeLength) }, true],
    [{ op: 6, ...sample, t: label(STREAM.typeLength + 1) }, false],
    [{ op: 6, ...sample, t: '' }, false],
    [{ op: 6, ...sample, t: 'HEART\nRATE' }, false],
    [{ op: 6, ...sample, d: [1] }, false],
    [{ op: 6, t: 'HEART_RATE' }, false],
    [{ op: 7, d: { after: 1, before: 2.5 } }, false],
    [{ op: 7, d: { after: 'x', before: 2 } }, false],
    [{ op: 9, d: { n: 1, frames: Array(STREAM.batchFrames).fill(sample) } }, true],
    [{ op: 9, d: { n: 1, frames: Array(STREAM.batchFrames + 1).fill(sample) } }, false],
    [{ op: 9, d: { n: 0, frames: [sample] } }, false],
    [{ op: 9, d: { n: 1, frames: [] } }, false],
    [{ op: 9, d: { n: 1 } }, false],
    [{ op: 9, d: { n: 1, frames: [{ t: 'X' }] } }, false],
  ] as [{ op: number; t?: string; d?: unknown }, boolean][])('is judged as the socket judges it: %j', (frame, good) => {
    expect([isDescribed(frame), readFrame(JSON.stringify(frame)).op === frame.op]).toEqual([good, good])
  })
})
