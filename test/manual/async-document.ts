import type { FrameSchema } from '../../workers/manual/stream-frames.ts'

interface Ref {
  $ref: string
}
export interface Message {
  name: string
  payload: Ref
  examples: { name: string; payload: { op: number } }[]
}
/** An AsyncAPI document of a live socket, as far as the tests look. */
export interface AsyncApi {
  servers: Record<string, { host: string; protocol: string }>
  channels: {
    connect: {
      address: string
      messages: Record<string, Ref>
      bindings: { ws: { method: string; query: FrameSchema } }
      'x-close-codes': { code: number; name: string; cause: string; action: string }[]
    }
  }
  operations: Record<string, { action: string; messages: Ref[]; reply?: { messages: Ref[] } }>
  components: { messages: Record<string, Message>; schemas: Record<string, FrameSchema> }
}

/** What a reference means; one that is none stands for itself. */
export function resolve(document: object, node: { $ref?: string }): FrameSchema & Partial<Message> & Ref {
  if (node.$ref === undefined) return node as never
  const path = node.$ref.slice(2).split('/')
  return path.reduce((found: unknown, part) => (found as Record<string, unknown>)?.[part], document) as never
}
