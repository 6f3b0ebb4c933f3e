import { OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi'
import { STREAM } from '../../shared/base/limits.ts'
import { OP } from '../../shared/base/op-codes.ts'
import { API_VERSION } from '../../shared/schema/version.ts'
import { StreamQuery } from '../../shared/streaming/filter.ts'
import { closeCodes } from './stream-closes.ts'
import { examplesOf, FRAMES, type FrameName, type FrameSchema, schemaOf } from './stream-frames.ts'

const NAMES = Object.keys(FRAMES) as FrameName[]
const CHANNEL = '#/channels/connect'

/** The live protocol as AsyncAPI 3.0, from the names and limits that the socket itself goes by. `origin`: of the deployment. */
export function asyncApiDocument(origin: string): object {
  const { host, protocol } = new URL(origin)
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Fascia: live streams',
      version: API_VERSION,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      externalDocs: { description: 'With examples', url: `${origin}/docs/streaming` },
    },
    defaultContentType: 'application/json',
    servers: {
      deployment: { host, protocol: protocol === 'https:' ? 'wss' : 'ws', description: 'This deployment' },
    },
    channels: {
      connect: {
        address: '/connect',
        title: 'The live socket',
        description:
          'One websocket for producers and consumers; who comes is said in IDENTIFY, and nothing in the upgrade. Each message is one JSON text.',
        servers: [{ $ref: '#/servers/deployment' }],
        messages: Object.fromEntries(
          NAMES.map((name) => [camel(name), { $ref: `#/components/messages/${pascal(name)}` }]),
        ),
        bindings: { ws: { method: 'GET', query: querySchema(), bindingVersion: '0.1.0' } },
        'x-close-codes': closeCodes(),
        'x-limits': LIMITS,
      },
    },
    operations: Object.fromEntries(NAMES.flatMap(operation)),
    components: {
      messages: Object.fromEntries(NAMES.map((name) => [pascal(name), message(name)])),
      schemas: {
        Opcode: {
          type: 'integer',
          description: NAMES.map((name) => `${OP[name]} ${name}`).join(', '),
          enum: Object.values(OP),
        },
        RealtimePayload: {
          type: 'object',
          additionalProperties: true,
          description:
            'A sample, as the producer made it: by habit `{ ts, val }`, or `{ ts, d: […] }` of several values. `ts` is ISO 8601 with an offset.',
        },
        ...Object.fromEntries(NAMES.map((name) => [`${pascal(name)}Frame`, schemaOf(name)])),
      },
    },
  }
}

/** In bytes, frames and levels: what JSON Schema cannot say. */
const LIMITS = {
  frame_bytes: STREAM.frameBytes,
  batch_bytes: STREAM.batchBytes,
  batch_unpacked_bytes: STREAM.unpackedBytes,
  batch_frames: STREAM.batchFrames,
  depth: STREAM.depth,
  token_ms: STREAM.tokenMs,
  pairing_ms: STREAM.pairingMs,
}

const DESCRIPTION = `Producers push samples of one user each; consumers receive the samples of all of a developer's users, in order, and can have the last day again.

A token comes first, by HTTPS, with \`dev-id\` and \`x-api-key\` (or both as Basic): \`POST /auth/user?id=<user_id>\` for a producer, \`POST /auth/developer\` for a consumer. It is used once, within ${STREAM.tokenMs / 60_000} minutes. A pairing token (\`rt.…\`, of \`POST /v2/stream/pairings\`) may be used again.

Op codes 0 to 8 are those of the wire contract. 9 and 10, \`d\` of READY, \`d.producer\` of IDENTIFY, the query of /connect and the close codes 1013, 4006 and 4007 are ours, and nobody meets them who did not ask for them, fall far behind, send for a supplier or come to the host of another region.

\`action\` is the server's: it receives what clients send.`

function message(name: FrameName): object {
  const { summary, description } = FRAMES[name]
  return {
    name: name.toLowerCase(),
    title: `${name} (op ${OP[name]})`,
    summary,
    ...(description && { description }),
    payload: { $ref: `#/components/schemas/${pascal(name)}Frame` },
    examples: examplesOf(name).map((payload, i) => ({ name: `${name.toLowerCase()}_${i + 1}`, payload })),
  }
}

/** What is only an answer belongs to the operation that it answers. */
function operation(name: FrameName): [string, object][] {
  const { from, summary, description, reply } = FRAMES[name]
  if (NAMES.some((other) => FRAMES[other].reply === name)) return []
  const action = from === 'server' ? 'send' : 'receive'
  const messages = (...names: FrameName[]) => names.map((one) => ({ $ref: `${CHANNEL}/messages/${camel(one)}` }))
  return [
    [
      `${action}${pascal(name)}`,
      {
        action,
        channel: { $ref: CHANNEL },
        title: from === 'server' ? `We send ${name}` : `A ${from} sends ${name}`,
        summary,
        ...(description && { description }),
        messages: messages(name),
        ...(reply && { reply: { channel: { $ref: CHANNEL }, messages: messages(reply) } }),
      },
    ],
  ]
}

/** As the door reads it. */
function querySchema(): FrameSchema {
  const { components } = new OpenApiGeneratorV31([
    { type: 'schema', schema: StreamQuery.openapi('StreamQuery') },
  ]).generateComponents()
  return components!.schemas!.StreamQuery as FrameSchema
}

const pascal = (name: string): string => name.toLowerCase().replace(/(?:^|_)(\w)/g, (_, letter) => letter.toUpperCase())
const camel = (name: string): string => pascal(name).replace(/^\w/, (letter) => letter.toLowerCase())
