import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { WireUser } from '../../shared/delivery/types.ts'
import { DATA_TYPES, SCHEMAS } from '../../shared/schema/data-types.ts'
import { WebhookEvent } from '../../shared/schema/event.ts'
import { API_VERSION } from '../../shared/schema/version.ts'
import { fullValue } from './full-record.ts'
import { assembled, type Golden, goldenPath, readGolden } from './golden.ts'

/**
 * Keeps one event of each type of this release: `node test/schema/make-golden.ts`. What is kept already stays as it is;
 * only a new type adds a file. All values are made up.
 */
const user: WireUser = {
  user_id: '00000001-2022-8316-8000-000000000001',
  provider: 'OURA',
  created_at: '2022-03-16T00:00:00.000Z',
  reference_id: 'golden person',
  scopes: 'daily,heartrate',
  active: true,
  last_webhook_update: '2022-03-16T01:00:00.000Z',
}
/** Put together by others than the cell's log; with what a made-up text cannot be. */
const APART: Record<string, object> = {
  healthcheck: {},
  s3_payload: { url: 'https://storage.example/golden?signature=made-up' },
}

/** What the log holds of an event: a data record, or a lifecycle event without its user. */
function bodyOf(option: (typeof WebhookEvent.options)[number]): object {
  const type = option.shape.type.value
  const data = DATA_TYPES.find((one) => one === type)
  if (data) return fullValue(SCHEMAS[data]) as object
  const { user: _, ...body } = fullValue(option) as Record<string, unknown>
  return body
}
for (const option of WebhookEvent.options) {
  const type = option.shape.type.value
  if (readGolden(API_VERSION, type)) continue
  const input = { user, body: bodyOf(option) }
  const golden: Golden = APART[type]
    ? { event: { ...(fullValue(option) as object), ...APART[type] } }
    : { input, event: JSON.parse(assembled(type, input)) as object }
  mkdirSync(dirname(goldenPath(API_VERSION, type)), { recursive: true })
  writeFileSync(goldenPath(API_VERSION, type), `${JSON.stringify(golden, null, 2)}\n`)
}
