import { STREAM } from '../../shared/base/limits.ts'
import { OP } from '../../shared/base/op-codes.ts'
import { Settings } from '../../shared/base/settings.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'
import { ROLES } from '../../shared/streaming/ops.ts'
import { size } from './units.ts'

/** JSON Schema, as far as frames need it. */
export interface FrameSchema {
  $ref?: string
  type?: string | string[]
  description?: string
  const?: unknown
  enum?: unknown[]
  format?: string
  required?: string[]
  properties?: Record<string, FrameSchema>
  additionalProperties?: boolean
  anyOf?: FrameSchema[]
  items?: FrameSchema
  minimum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  pattern?: string
  examples?: unknown[]
}
export type FrameName = keyof typeof OP

export interface FrameDoc {
  from: 'client' | 'producer' | 'consumer' | 'server'
  /** Beyond the wire contract: nobody meets it who did not ask for it. */
  ours?: true
  summary: string
  description?: string
  /** What it is answered with, where it is. */
  reply?: FrameName
  /** Beside `op`. */
  fields: Record<string, FrameSchema>
  optional?: string[]
  examples: object[]
}

export const PAYLOAD = '#/components/schemas/RealtimePayload'
const SEQ = 1_795_762_801_000_000
const SAMPLE = { ts: '2026-11-27T08:00:01+01:00', val: 64 }
const TOKEN = 'st.AGk3c9vQx1T7mYb2ZpLr8WdNf5HoJeUi'
const label: FrameSchema = {
  type: 'string',
  minLength: 1,
  maxLength: STREAM.typeLength,
  pattern: '^[^\\u0000-\\u001f]*$',
  description: 'Label of the data type, e.g. `HEART_RATE`',
}
const int64 = (description: string): FrameSchema => ({ type: 'integer', format: 'int64', description })
const number = (description: string): FrameSchema => ({ type: 'integer', minimum: 1, description })
const detail = (description: string): FrameSchema => ({
  type: 'string',
  description: `${description}; what is beyond ${STREAM.statusText} characters is cut off`,
})
const object = (properties: Record<string, FrameSchema>, required: string[]): FrameSchema => ({
  type: 'object',
  required,
  properties,
})

/** Every frame, by its name in the kit: one without a description does not compile. In the order of a session. */
export const FRAMES: Record<FrameName, FrameDoc> = {
  HELLO: {
    from: 'server',
    summary: 'Comes at once: how often a heartbeat is expected',
    fields: {
      d: object(
        {
          heartbeat_interval: {
            type: 'integer',
            description: 'Milliseconds between heartbeats; one may be late by half of it',
            examples: [Settings.shape.HEARTBEAT_INTERVAL_MS.parse(undefined)],
          },
        },
        ['heartbeat_interval'],
      ),
    },
    examples: [{ d: { heartbeat_interval: Settings.shape.HEARTBEAT_INTERVAL_MS.parse(undefined) } }],
  },
  IDENTIFY: {
    from: 'client',
    reply: 'READY',
    summary: 'Says who comes, with a token',
    description:
      'A `producer` that names itself may number its frames: it chooses the name at random, and keeps it across reconnects.',
    fields: {
      d: object(
        {
          type: {
            type: 'integer',
            enum: [ROLES.producer, ROLES.consumer],
            description: '0 for a producer (a user), 1 for a consumer (a developer)',
          },
          token: { type: 'string', description: 'From `/auth/user` or `/auth/developer`, or of a pairing (`rt.…`)' },
          producer: {
            type: 'string',
            minLength: 1,
            maxLength: 64,
            pattern: '^[A-Za-z0-9_-]+$',
            description: 'Optional, ours: the name under which this producer numbers its frames',
          },
        },
        ['type', 'token'],
      ),
    },
    examples: [{ d: { type: 1, token: TOKEN } }, { d: { type: 0, token: TOKEN, producer: 'watch-7Qk2' } }],
  },
  READY: {
    from: 'server',
    summary: 'You are in',
    description: 'Has `d` only for clients that named a `producer`, or came with `after`.',
    fields: {
      d: object(
        {
          n: {
            type: 'integer',
            minimum: 0,
            description: 'To a named producer: the last number of it that is stored; 0 is none',
          },
          from: {
            type: ['integer', 'null'],
            format: 'int64',
            description: 'To who came with `after`: the earliest `seq` that is kept; null: none is',
          },
          dropped: { const: true, description: 'To who came with `after`: some frames after it are not kept any more' },
        },
        [],
      ),
    },
    optional: ['d'],
    examples: [{}, { d: { n: 1200 } }, { d: { from: SEQ, dropped: true } }],
  },
  HEARTBEAT: {
    from: 'client',
    reply: 'HEARTBEAT_ACK',
    summary: 'A sign of life, once an interval; also before IDENTIFY',
    fields: {},
    examples: [{}],
  },
  HEARTBEAT_ACK: {
    from: 'server',
    summary: 'The answer; to a producer: all that it submitted before is stored',
    fields: {},
    examples: [{}],
  },
  SUBMIT: {
    from: 'producer',
    summary: 'One sample',
    description: `A frame has at most ${size(STREAM.frameBytes)} and ${STREAM.depth} levels. \`d.ts\` is put in on arrival where it is absent; the rest is passed on as it was written.`,
    fields: { t: label, d: { $ref: PAYLOAD } },
    examples: [{ t: 'HEART_RATE', d: SAMPLE }],
  },
  STATUS: {
    from: 'producer',
    summary: 'Whether the device is linked: presence, sent to nobody',
    description: 'A malformed one is passed over.',
    fields: {
      d: object(
        {
          connected: { type: 'boolean', description: 'Whether the device is linked to the producer' },
          device_id: detail('Which device'),
          source: detail('By which way, or SDK'),
          reason: detail('Why, in words'),
        },
        ['connected'],
      ),
    },
    examples: [{ d: { connected: true, device_id: 'strap-1', source: 'BLE' } }],
  },
  SUBMIT_BATCH: {
    from: 'producer',
    ours: true,
    reply: 'ACK',
    summary: 'Numbered samples, packed or not: none twice, also where they come again',
    description: `For producers that named themselves. At most ${STREAM.batchFrames} samples, ${size(STREAM.batchBytes)} on the wire and ${size(STREAM.unpackedBytes)} unpacked. What has a number that is stored already is passed over. With \`z\`, \`frames\` is not looked at.`,
    fields: {
      d: {
        ...object(
          {
            n: number('The number of the first sample: from 1, each next one higher, also across reconnects'),
            frames: {
              type: 'array',
              minItems: 1,
              maxItems: STREAM.batchFrames,
              items: object({ t: label, d: { $ref: PAYLOAD } }, ['t', 'd']),
            },
            z: { type: 'string', description: 'Instead: base64 of the raw deflate of the JSON text of `frames`' },
          },
          ['n'],
        ),
        anyOf: [{ required: ['frames'] }, { required: ['z'] }],
      },
    },
    examples: [
      { d: { n: 1201, frames: [{ t: 'HEART_RATE', d: SAMPLE }] } },
      {
        d: {
          n: 1201,
          z: 'i65WKlGyUvJwdQwKiQ9yDHFV0lFKUbKqViopVrJSMjIwMtM1NNQ1Mg8xsLAyMLAyMNQ2MLQyMFDSUSpLzFGyMjOprY0FAA==',
        },
      },
    ],
  },
  ACK: {
    from: 'server',
    ours: true,
    summary: 'To a named producer: all up to this number is stored, and can be replayed',
    fields: { d: object({ n: number('Everything up to it is stored') }, ['n']) },
    examples: [{ d: { n: 1201 } }],
  },
  DISPATCH: {
    from: 'server',
    summary: 'A sample of one of your users',
    fields: {
      uid: { type: 'string', description: 'The user, as `user_id` elsewhere' },
      seq: int64('Grows, with gaps: where you are in the stream, for `after`'),
      t: { type: 'string', description: 'The label of SUBMIT' },
      d: { $ref: PAYLOAD },
      synthetic: { type: 'boolean', description: 'Present and true where the sample is of a test user' },
    },
    optional: ['synthetic'],
    examples: [
      { uid: EXAMPLE_USER.user_id, seq: SEQ, t: 'HEART_RATE', d: SAMPLE },
      { uid: EXAMPLE_USER.user_id, seq: SEQ + 7, t: 'STEPS', d: SAMPLE, synthetic: true },
    ],
  },
  REPLAY: {
    from: 'consumer',
    summary: 'Asks for frames between two numbers, both excluded',
    description: 'They come as DISPATCH, and nothing marks their end. `after` in the address of /connect is simpler.',
    fields: {
      d: object(
        {
          after: int64('Of the last frame that you have; absent: from the earliest that is kept'),
          before: int64('Of the first live frame that you got; without it nothing matches'),
        },
        ['before'],
      ),
    },
    examples: [{ d: { after: SEQ, before: SEQ + 9_000_000 } }],
  },
}

/** The whole frame: what it has beside `op`, and `op`. */
export function schemaOf(name: FrameName): FrameSchema {
  const { fields, optional = [] } = FRAMES[name]
  return {
    type: 'object',
    required: ['op', ...Object.keys(fields).filter((field) => !optional.includes(field))],
    properties: { op: { const: OP[name] }, ...fields },
  }
}
export const examplesOf = (name: FrameName): object[] =>
  FRAMES[name].examples.map((example) => ({ op: OP[name], ...example }))
