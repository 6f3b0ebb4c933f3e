import { EXAMPLE_DOCUMENT } from '../../workers/suppliers/contract-example.ts'
import { EXAMPLE_PULL_INPUT } from '../../workers/suppliers/pull-views.ts'

/** Ids of what one developer has. */
export interface Ids {
  user_id: string
  reference_id: string
  destination_id: string
  parked_id: string
  replay_id: string
  renormalization_id: string
  session_id: string
  key_id: string
  payload_id: string
  file_id: string
  supplier_id: string
  credential_id: string
  contract_id: string
  batch_id: string
  upload_id: string
  pull_id: string
  quarantine_id: string
  redrive_id: string
  person: string
}
/** A request; undefined members are the operation's own. */
export interface Ask {
  /** Where it holds ids; else the operation's own. */
  path?: string
  query?: Record<string, string>
  body?: unknown
  /** What is answered for ids that are nobody's, where it is not 404. */
  status?: number
}
/** `mine`: a destination of the asking developer's own. */
type Case = (ids: Ids, mine: string) => Ask

const data: Case = ({ user_id }) => ({
  query: { user_id, start_date: '2026-07-01', end_date: '2026-07-02', to_webhook: 'false' },
})
const merged: Case = ({ reference_id }) => ({
  query: { reference_id, start_date: '2026-07-01', end_date: '2026-07-02' },
})
const written: Case = ({ user_id }) => ({ query: { user_id }, body: { data: [{}] } })
const removed: Case = ({ user_id }) => ({ query: { user_id }, body: { data: ['1'] } })
/** A file of one reading. */
export const OBSERVATION = {
  resourceType: 'Observation',
  id: 'o1',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  effectiveDateTime: '2026-07-01T08:00:00Z',
  valueQuantity: { value: 61, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
}
const own: Case = () => ({})
const ofUser: Case = ({ user_id }) => ({ query: { user_id } })
const destination =
  (rest = '', body?: unknown): Case =>
  ({ destination_id }) => ({ path: `/destinations/${destination_id}${rest}`, body })

const supplier =
  (rest = '', body?: unknown): Case =>
  ({ supplier_id }) => ({ path: `/suppliers/${supplier_id}${rest}`, body })
const credential =
  (rest = '', body?: unknown): Case =>
  ({ credential_id }) => ({ path: `/supplier/credentials/${credential_id}${rest}`, body })

const pull =
  (rest = '', body?: unknown): Case =>
  ({ pull_id }) => ({ path: `/supplier/pulls/${pull_id}${rest}`, body })
const contract =
  (rest = '', body?: unknown): Case =>
  ({ contract_id }) => ({ path: `/supplier/contracts/${contract_id}${rest}`, body })
const reviewed =
  (rest = '', body?: unknown): Case =>
  ({ supplier_id, contract_id }) => ({ path: `/suppliers/${supplier_id}/contracts/${contract_id}${rest}`, body })
/** Of both sides: the developer names whose it is, and in which environment. */
const supplied =
  (path: (ids: Ids) => string, body?: unknown): Case =>
  (ids) => ({ path: `/supplier${path(ids)}`, body })
const suppliedOf =
  (path: (ids: Ids) => string, body?: unknown): Case =>
  (ids) => ({ path: `/suppliers/${ids.supplier_id}${path(ids)}`, query: { environment: 'sandbox' }, body })
const batch =
  (rest = '') =>
  ({ batch_id }: Ids) =>
    `/batches/${batch_id}${rest}`
const held =
  (rest = '') =>
  ({ quarantine_id }: Ids) =>
    `/quarantine/${quarantine_id}${rest}`
const redrive = ({ redrive_id }: Ids) => `/redrives/${redrive_id}`
const subject =
  (rest = '') =>
  ({ person }: Ids) =>
    `/subjects/${person}${rest}`

/** How each operation is asked with ids; those that take none are asked as they are, and must show nothing of the other's. */
export const CASES: Record<string, Case | Case[]> = {
  'POST /sandbox/users': () => ({ body: { history_days: 0, live: 'off' } }),
  'GET /sandbox/users/{user_id}': ({ user_id }) => ({ path: `/sandbox/users/${user_id}` }),
  'POST /sandbox/users/{user_id}/advance': ({ user_id }) => ({
    path: `/sandbox/users/${user_id}/advance`,
    body: { days: 1 },
  }),
  // A token lets in; an id alone opens nothing.
  'POST /stream/phones': ({ reference_id }) => ({ body: { reference_id }, status: 401 }),
  'POST /stream/pairings': ({ user_id }) => ({ body: { user_id } }),
  'POST /stream/synthetic': ({ user_id }) => ({ body: { user_id, seconds: 60 } }),
  'GET /stream/settings': own,
  'PATCH /stream/settings': () => ({ body: { minute_aggregates: false } }),
  'POST /auth/authenticateUser': () => ({ query: { resource: 'OURA' }, body: {} }),
  'POST /auth/generateWidgetSession': [
    () => ({ body: {} }),
    ({ user_id }) => ({ body: { connected_uids: [user_id] }, status: 200 }),
  ],
  'DELETE /auth/deauthenticateUser': ofUser,
  'POST /auth/generateAuthToken': own,
  'POST /auth/tokens': () => ({ query: { reference_id: 'someone' } }),
  'GET /activity': data,
  'GET /athlete': ({ user_id }) => ({ query: { user_id, to_webhook: 'false' } }),
  'GET /body': data,
  'GET /daily': data,
  'GET /menstruation': data,
  'GET /nutrition': data,
  'GET /sleep': data,
  'POST /activity': written,
  'POST /body': written,
  'POST /nutrition': written,
  'POST /plannedWorkout': written,
  'DELETE /body': ({ user_id }) => ({ query: { user_id }, body: { log_ids: ['1'] } }),
  'DELETE /nutrition': removed,
  'DELETE /plannedWorkout': removed,
  'GET /plannedWorkout': ofUser,
  'GET /provenance': ({ user_id }) => ({ query: { user_id, type: 'daily', summary_id: '2026-07-01' } }),
  'GET /merged/activity': merged,
  'GET /merged/athlete': ({ reference_id }) => ({ query: { reference_id } }),
  'GET /merged/body': merged,
  'GET /merged/daily': merged,
  'GET /merged/menstruation': merged,
  'GET /merged/nutrition': merged,
  'GET /merged/sleep': merged,
  'GET /merged/rules': own,
  'PUT /merged/rules': () => ({ body: { priorities: { '*': ['OURA'] } } }),
  'GET /userInfo': [ofUser, ({ reference_id }) => ({ query: { reference_id }, status: 200 })],
  'GET /subscriptions': own,
  'POST /bulkUserInfo': ({ user_id }) => ({ body: [user_id], status: 200 }),
  'PATCH /users/{user_id}': ({ user_id }) => ({ path: `/users/${user_id}`, body: { active: false }, status: 400 }),
  'POST /users/{user_id}/backfills': ({ user_id }) => ({
    path: `/users/${user_id}/backfills`,
    body: { start_date: '2026-01-01' },
  }),
  'GET /users/{user_id}/backfills': ({ user_id }) => ({ path: `/users/${user_id}/backfills` }),
  'DELETE /users/{user_id}/backfills/{backfill_id}': ({ user_id }) => ({ path: `/users/${user_id}/backfills/bkf_1` }),
  'POST /files': ({ user_id }) => ({ query: { user_id }, body: OBSERVATION }),
  'GET /files/{file_id}': ({ file_id }) => ({ path: `/files/${file_id}` }),
  'GET /stream': own,
  'GET /stream/presence': own,
  'GET /stream/status': own,
  'GET /integrations': own,
  'GET /integrations/detailed': own,
  'GET /widget': own,
  'PATCH /widget': () => ({ body: { name: 'Stranger' } }),
  'POST /destinations': () => ({ body: { type: 'webhook', settings: { url: 'https://receiver.example/other' } } }),
  'GET /destinations': own,
  'GET /destinations/{id}': destination(),
  'PATCH /destinations/{id}': destination('', { state: 'paused' }),
  'DELETE /destinations/{id}': destination(),
  'POST /destinations/{id}/test': destination('/test'),
  'POST /destinations/{id}/rotate': destination('/rotate', {}),
  'GET /destinations/{id}/deliveries': destination('/deliveries'),
  'GET /destinations/{id}/attempts': [
    destination('/attempts'),
    ({ user_id }, mine) => ({ path: `/destinations/${mine}/attempts`, query: { user_id } }),
  ],
  'GET /destinations/{id}/parked': [
    destination('/parked'),
    ({ user_id }, mine) => ({ path: `/destinations/${mine}/parked`, query: { user_id } }),
    ({ parked_id }, mine) => ({ path: `/destinations/${mine}/parked`, query: { parked_id }, status: 200 }),
  ],
  'GET /destinations/{id}/parked/{parked_id}': [
    ({ destination_id, parked_id }) => ({ path: `/destinations/${destination_id}/parked/${parked_id}` }),
    ({ parked_id }, mine) => ({ path: `/destinations/${mine}/parked/${parked_id}`, query: { body: 'true' } }),
  ],
  'POST /destinations/{id}/backfills': [
    destination('/backfills', { from: '2026-01-01', dry_run: true }),
    ({ user_id }, mine) => ({ path: `/destinations/${mine}/backfills`, body: { from: '2026-01-01', user_id } }),
  ],
  'GET /destinations/{id}/replays': destination('/replays'),
  'GET /destinations/{id}/replays/{replay_id}': [
    ({ destination_id, replay_id }) => ({ path: `/destinations/${destination_id}/replays/${replay_id}` }),
    ({ replay_id }, mine) => ({ path: `/destinations/${mine}/replays/${replay_id}` }),
  ],
  'DELETE /destinations/{id}/replays/{replay_id}': [
    ({ destination_id, replay_id }) => ({ path: `/destinations/${destination_id}/replays/${replay_id}` }),
    ({ replay_id }, mine) => ({ path: `/destinations/${mine}/replays/${replay_id}` }),
  ],
  'POST /destinations/{id}/replays': [
    ({ destination_id, parked_id }) => ({ path: `/destinations/${destination_id}/replays`, body: { parked_id } }),
    ({ parked_id }, mine) => ({ path: `/destinations/${mine}/replays`, body: { parked_id } }),
    ({ user_id }, mine) => ({ path: `/destinations/${mine}/replays`, body: { user_id } }),
  ],
  // A link is for whoever has it; an id alone opens nothing.
  'GET /payloads/{payload_id}': ({ payload_id }) => ({
    path: `/payloads/${payload_id}`,
    query: { expires: '4102444800', signature: '0'.repeat(64) },
    status: 403,
  }),
  'POST /payloads/{payload_id}/link': ({ payload_id }) => ({ path: `/payloads/${payload_id}/link` }),
  'GET /destinations/{id}/manifests': destination('/manifests'),
  'GET /destinations/{id}/manifests/{date}': destination('/manifests/2026-07-01'),
  'POST /suppliers': () => ({ body: { name: 'Lab' } }),
  'GET /suppliers': [own, ({ supplier_id }) => ({ query: { after: supplier_id }, status: 400 })],
  'GET /suppliers/{id}': supplier(),
  'PATCH /suppliers/{id}': supplier('', { name: 'taken over' }),
  'DELETE /suppliers/{id}': supplier(),
  'POST /suppliers/{id}/suspend': supplier('/suspend', { reason: 'why not' }),
  'POST /suppliers/{id}/resume': supplier('/resume'),
  'POST /suppliers/{id}/invitations': supplier('/invitations', {}),
  'GET /suppliers/{id}/certification': supplier('/certification'),
  'GET /supplier/certification': own,
  'POST /supplier/certification': own,
  'POST /supplier-invitations/look': () => ({ body: { token: 'fsi_1' } }),
  'POST /supplier-invitations/accept': () => ({ body: { token: 'fsi_1' } }),
  'GET /supplier': own,
  'GET /supplier/domain': own,
  'POST /supplier/domain/proof': () => ({ body: {} }),
  'GET /suppliers/{id}/scorecard': supplier('/scorecard'),
  'GET /suppliers/{id}/alerts': supplier('/alerts'),
  'GET /suppliers/{id}/limits': supplier('/limits'),
  'GET /suppliers/{id}/pulls': supplier('/pulls'),
  'DELETE /suppliers/{id}/holds/{contract}': supplier('/holds/nights@1'),
  'GET /supplier/quality': own,
  'GET /supplier/alerts': own,
  'GET /supplier/limits': own,
  'POST /supplier/clock': () => ({ body: { advance_seconds: 60 } }),
  'GET /supplier/pulls': own,
  'POST /supplier/pulls': () => ({ body: { ...EXAMPLE_PULL_INPUT, contract: 'not-mine' }, status: 404 }),
  'GET /supplier/pulls/{pull_id}': pull(),
  'PATCH /supplier/pulls/{pull_id}': pull('', { state: 'paused' }),
  'DELETE /supplier/pulls/{pull_id}': pull(),
  'POST /supplier/pulls/{pull_id}/look': pull('/look', {}),
  'GET /supplier/pulls/{pull_id}/objects': pull('/objects'),
  'GET /supplier/hook': own,
  'PUT /supplier/hook': () => ({ body: { url: 'https://receiver.example/supplier' } }),
  'POST /supplier/hook/test': own,
  'DELETE /supplier/hook': own,
  'POST /ingest/{contract}/batches': () => ({ path: '/ingest/not-mine/batches', body: {} }),
  'POST /ingest/{contract}/uploads': () => ({ path: '/ingest/not-mine/uploads', body: { bytes: 1 } }),
  'GET /ingest/uploads/{upload_id}': ({ upload_id }) => ({ path: `/ingest/uploads/${upload_id}` }),
  'DELETE /ingest/uploads/{upload_id}': ({ upload_id }) => ({ path: `/ingest/uploads/${upload_id}` }),
  'PUT /ingest/uploads/{upload_id}/parts/{part}': ({ upload_id }) => ({
    path: `/ingest/uploads/${upload_id}/parts/1`,
    body: { a: 1 },
  }),
  'POST /ingest/uploads/{upload_id}/complete': ({ upload_id }) => ({ path: `/ingest/uploads/${upload_id}/complete` }),
  'POST /ingest/{contract}/streams': () => ({ path: '/ingest/not-mine/streams', body: { subject: 'p' } }),
  'POST /ingest/{contract}/records': () => ({ path: '/ingest/not-mine/records', body: {} }),
  'GET /supplier/batches': own,
  'GET /supplier/batches/{batch_id}': supplied(batch()),
  'GET /supplier/batches/{batch_id}/report': supplied(batch('/report')),
  'GET /supplier/batches/{batch_id}/events': supplied(batch('/events')),
  'DELETE /supplier/batches/{batch_id}': supplied(batch()),
  'GET /suppliers/{id}/batches': supplier('/batches'),
  'GET /suppliers/{id}/batches/{batch_id}': suppliedOf(batch()),
  'GET /suppliers/{id}/batches/{batch_id}/report': suppliedOf(batch('/report')),
  'GET /suppliers/{id}/batches/{batch_id}/events': suppliedOf(batch('/events')),
  'DELETE /suppliers/{id}/batches/{batch_id}': suppliedOf(batch()),
  'GET /supplier/quarantine': own,
  'GET /supplier/quarantine/{quarantine_id}': supplied(held()),
  'POST /supplier/quarantine/{quarantine_id}/redrive': supplied(held('/redrive'), {}),
  'POST /supplier/quarantine/redrive': () => ({ body: { batch_id: 'bat_1' } }),
  'GET /supplier/redrives': own,
  'GET /supplier/redrives/{redrive_id}': supplied(redrive),
  'GET /supplier/subjects': own,
  'GET /supplier/subjects/{subject}': supplied(subject()),
  // One's own subjects may have any names.
  'PUT /supplier/subjects/{subject}': () => ({ path: '/supplier/subjects/mine', body: { consent: 'c-1' } }),
  'DELETE /supplier/subjects/{subject}': supplied(subject()),
  'DELETE /supplier/subjects/{subject}/consent': supplied(subject('/consent')),
  'GET /suppliers/{id}/quarantine': supplier('/quarantine'),
  'GET /suppliers/{id}/quarantine/{quarantine_id}': suppliedOf(held()),
  'POST /suppliers/{id}/quarantine/{quarantine_id}/redrive': suppliedOf(held('/redrive'), {}),
  'POST /suppliers/{id}/quarantine/redrive': supplier('/quarantine/redrive', {}),
  'GET /suppliers/{id}/redrives': supplier('/redrives'),
  'GET /suppliers/{id}/redrives/{redrive_id}': suppliedOf(redrive),
  'GET /suppliers/{id}/subjects': supplier('/subjects'),
  'GET /suppliers/{id}/subjects/{subject}': suppliedOf(subject()),
  'GET /supplier/credentials': own,
  'POST /supplier/credentials': () => ({ body: { name: 'another', scopes: ['batches:read'] } }),
  'GET /supplier/credentials/{id}': credential(),
  'PATCH /supplier/credentials/{id}': credential('', { name: 'taken over' }),
  'DELETE /supplier/credentials/{id}': credential(),
  'POST /supplier/credentials/{id}/rotate': credential('/rotate', {}),
  'GET /supplier/contracts': own,
  'POST /supplier/contracts': () => ({ body: EXAMPLE_DOCUMENT }),
  'POST /supplier/contracts/lint': () => ({ body: EXAMPLE_DOCUMENT }),
  'POST /supplier/contracts/compare': () => ({ body: { older: EXAMPLE_DOCUMENT, newer: EXAMPLE_DOCUMENT } }),
  'POST /supplier/contracts/infer': () => ({ body: { name: 'nights', type: 'sleep', samples: [{ id: '1' }] } }),
  'GET /supplier/contracts/{contract_id}': contract(),
  'PUT /supplier/contracts/{contract_id}': contract('', EXAMPLE_DOCUMENT),
  'DELETE /supplier/contracts/{contract_id}': contract(),
  'POST /supplier/contracts/{contract_id}/submit': contract('/submit'),
  'POST /supplier/contracts/{contract_id}/withdraw': contract('/withdraw'),
  'GET /suppliers/{id}/contracts': supplier('/contracts'),
  'POST /suppliers/{id}/contracts': supplier('/contracts', EXAMPLE_DOCUMENT),
  'GET /suppliers/{id}/contracts/{contract_id}': reviewed(),
  'PUT /suppliers/{id}/contracts/{contract_id}': reviewed('', EXAMPLE_DOCUMENT),
  'DELETE /suppliers/{id}/contracts/{contract_id}': reviewed(),
  'POST /suppliers/{id}/contracts/{contract_id}/submit': reviewed('/submit'),
  'POST /suppliers/{id}/contracts/{contract_id}/activate': reviewed('/activate', {}),
  'POST /suppliers/{id}/contracts/{contract_id}/return': reviewed('/return', {}),
  'POST /suppliers/{id}/contracts/{contract_id}/deprecate': reviewed('/deprecate', {
    sunset_at: '2101-01-01T00:00:00Z',
  }),
  'POST /suppliers/{id}/contracts/{contract_id}/retire': reviewed('/retire'),
  'GET /keys': own,
  'POST /keys': () => ({ body: { name: 'another', scopes: ['data:read'] } }),
  'PATCH /keys/{id}': ({ key_id }) => ({ path: `/keys/${key_id}`, body: { name: 'taken over' } }),
  'DELETE /keys/{id}': ({ key_id }) => ({ path: `/keys/${key_id}` }),
  'POST /keys/{id}/rotate': ({ key_id }) => ({ path: `/keys/${key_id}/rotate`, body: {} }),
  'GET /events': ofUser,
  'GET /quarantine': ofUser,
  'POST /quarantine/redrive': ({ user_id }) => ({ body: { user_id } }),
  'POST /renormalizations': ({ user_id }) => ({ body: { provider: 'oura', from: '2026-07-01', user_id } }),
  'GET /renormalizations': own,
  'GET /renormalizations/{id}': ({ renormalization_id }) => ({ path: `/renormalizations/${renormalization_id}` }),
  'DELETE /renormalizations/{id}': ({ renormalization_id }) => ({ path: `/renormalizations/${renormalization_id}` }),
}
