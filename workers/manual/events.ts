import { WebhookEvent } from '../../shared/schema/event.ts'
import { EXAMPLE_EVENTS } from '../../shared/schema/examples/events.ts'
import { EVENT_TEXTS, type EventText } from './event-texts.ts'
import { type Field, fieldsOf } from './fields.ts'

export interface EventDoc extends EventText {
  type: string
  fields: Field[]
  example: object
}

/** Levels of fields in the table: event → record → its parts → their values. */
const DEPTH = 3
let made: EventDoc[] | undefined

/** One for each option of the union, so that none can be forgotten. Made at the first page: a table of all fields takes a while. */
export function eventDocs(): EventDoc[] {
  made ??= WebhookEvent.options.map((option) => {
    const type = option.shape.type.value
    return { type, ...EVENT_TEXTS[type], fields: fieldsOf(option, DEPTH), example: EXAMPLE_EVENTS[type] }
  })
  return made
}
