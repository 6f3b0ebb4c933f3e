import type { S3PayloadEvent } from '../schema/event.ts'

/** What is sent in place of an event that is fetched by a link: the wire contract's message. `more`: what queues add to it. */
export const linkMessage = (url: string, expires_in: number, more: Record<string, unknown> = {}): string =>
  JSON.stringify({ type: 's3_payload', status: 'success', url, expires_in, ...more } satisfies S3PayloadEvent)
