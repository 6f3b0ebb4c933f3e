import { WebhookEvent } from './event.ts'

/** Every `type` that an event can have. */
export const EVENT_TYPES = WebhookEvent.options.map((option) => option.shape.type.value)
