import { utf8 } from '../../base/bytes.ts'
import { isData } from '../parcel.ts'
import type { ShippedEvent, ShippedGroup, ShippedRecord } from '../shipment.ts'
import { times } from './lines.ts'
import type { StoredObject } from './store.ts'

export interface EachLayout {
  prefix: string
  /** Of the schema, as this destination has it. */
  version: string
}

/**
 * The wire contract's own layout: one object for each record, `{version}/{type}/{user_id}-{start_time}.json`, with the event
 * as webhooks have it; what comes later under the same key replaces it. Everything else is named by its time.
 */
export function objectsOf(event: ShippedEvent, user: ShippedGroup['user'], layout: EachLayout): StoredObject[] {
  const { type, deleted, appendedAt, records, body } = event
  const object = (kind: string, time: string, text: string): StoredObject => ({
    key: `${layout.prefix}${layout.version}/${kind}/${user.user_id}-${time}.json`,
    body: utf8(text),
    contentType: 'application/json',
  })
  const appended = new Date(appendedAt).toISOString()
  if (!isData(type) || deleted) return [object(deleted ? 'deletion' : type, appended, body)]
  if (records.length === 1) return [object(type, startOf(records[0]!) ?? appended, body)]
  // One that was asked for has many: under one key they would hide what came before under theirs.
  const { data: _, ...envelope } = JSON.parse(body) as { data: unknown }
  return records.map((record) =>
    object(type, startOf(record) ?? appended, `${JSON.stringify(envelope).slice(0, -1)},"data":[${record.body}]}`),
  )
}

const startOf = ({ body }: ShippedRecord): string | undefined => times(JSON.parse(body!)).start_time
