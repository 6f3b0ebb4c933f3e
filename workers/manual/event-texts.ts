import type { EventType } from '../../shared/schema/examples/events.ts'

export interface EventText {
  /** When it is sent. */
  when: string
  /** What to do with it. */
  handle: string
}

const RECORDS =
  'Each object of `data` replaces what you have of the same record; let nothing with a lower `x-terra-ordering-timestamp` overwrite it.'

/** Of what is no part of the wire contract. */
const NAMED = 'Sent only to destinations whose `event_types` name it.'

export const EVENT_TEXTS: Record<EventType, EventText> = {
  activity: {
    when: 'A workout was recorded or changed, or you asked for activities with `to_webhook`.',
    handle: `${RECORDS} A record is one by \`metadata.summary_id\`.`,
  },
  athlete: {
    when: 'The person’s profile at the provider is known or changed, or you asked for it with `to_webhook`.',
    handle: 'The latest profile replaces the one before.',
  },
  body: {
    when: 'A measurement of the body came in: weight, blood pressure, glucose, temperature and the like.',
    handle: `${RECORDS} A record is one by the date of \`metadata.start_time\`.`,
  },
  daily: {
    when: 'A person’s day became known or grew. A day is sent again as it goes on.',
    handle: `${RECORDS} A record is one by the date of \`metadata.start_time\`, which is the person’s own day.`,
  },
  menstruation: {
    when: 'A day of the cycle was recorded or changed.',
    handle: `${RECORDS} A record is one by the date of \`metadata.start_time\`.`,
  },
  nutrition: {
    when: 'A day’s meals or drinks were recorded or changed.',
    handle: `${RECORDS} A record is one by the date of \`metadata.start_time\`.`,
  },
  sleep: {
    when: 'A session of sleep was recorded or changed; naps too.',
    handle: `${RECORDS} A record is one by \`metadata.summary_id\`.`,
  },
  auth: {
    when: 'A person signed in at a provider and the connection is active. It is the first event of the connection, or follows `user_reauth`.',
    handle: 'Keep `user.user_id` with your own name of the person, which is `reference_id`.',
  },
  auth_cancelled: {
    when: 'A sign-in that was begun came to nothing: the person declined, or the provider refused.',
    handle: 'Offer the sign-in again. `reason` is a code.',
  },
  deauth: {
    when: 'You ended a connection. It is the last event of the connection.',
    handle: 'Forget the `user_id`; what you keep of the person’s data is for you to decide.',
  },
  user_reauth: {
    when: 'A person signed in again with the same account at the provider and the same `reference_id`: a new connection takes the place of the old.',
    handle: 'Replace `old_user.user_id` by `new_user.user_id`. No `deauth` follows for the old one.',
  },
  access_revoked: {
    when: 'The person took access back at the provider.',
    handle: 'Ask them to sign in again if they still want to share.',
  },
  connection_error: {
    when: 'The provider refuses this connection’s credentials, so that nothing can be fetched.',
    handle: 'Ask the person to sign in again.',
  },
  permission_change: {
    when: 'The person allows more or less than before.',
    handle: 'Compare `scopes_added` and `scopes_removed`, both comma-separated, with what your product needs.',
  },
  large_request_processing: {
    when: 'You asked for more than a calendar month with `to_webhook`, and the request was taken.',
    handle: 'Keep `reference`: all that follows of this request carries it in `terra-reference`.',
  },
  large_request_sending: {
    when: 'The data of a large request are about to be sent.',
    handle: 'Count the data events with this `reference` up to `expected_payloads`.',
  },
  s3_payload: {
    when: 'A destination was set up to get links: each event is stored, and this comes in its place. Queues get it too, for events that are larger than they take.',
    handle:
      'Fetch `url` before `expires_in` seconds are over, with no key: the JSON there is the event, byte for byte as it would have been sent. The path ends with the id of the payload; where the link has ended, `POST /v2/payloads/{payload_id}/link` makes another, for 30 days.',
  },
  healthcheck: {
    when: 'You asked for a test of the destination.',
    handle: 'Check the signature and answer 2xx: that is the test.',
  },
  'destination.failing': {
    when: `Nothing got through to one of your destinations for a minute. ${NAMED}`,
    handle: 'Nothing is lost: its events wait, and are tried now and then. See to the receiver.',
  },
  'destination.recovered': {
    when: `Deliveries get through again to a destination of which \`destination.failing\` was told. ${NAMED}`,
    handle: 'What waited follows in order; there is nothing to do.',
  },
  'destination.disabled': {
    when: `A destination answered 410 three times in a row, or failed for five days, and is tried no more. ${NAMED}`,
    handle: 'Its events are kept. Mend it, and set its `state` to `active`: it goes on where it stopped.',
  },
  'destination.lagging': {
    when: `The oldest event that waits for a destination is older than its \`lag_alert_seconds\`: once an hour while it is so, and once more, with \`status\` \`success\`, when it is over. ${NAMED}`,
    handle: 'Look at the destination’s deliveries: whether it fails, is slow, or takes less than comes.',
  },
  'event.parked': {
    when: `Events are out of attempts at a destination, or were refused for good. At most once a minute for each destination and 10,000 users. ${NAMED}`,
    handle: 'Look the events up by `parked_ids` or in the list, mend the reason, and send them again by a replay.',
  },
  'provider.drift': {
    when: `A provider of which you have connections changed the structure of its data where it is read, so that fields are missing or wrong. At most once an hour for each provider, each change once. ${NAMED}`,
    handle: 'Nothing is lost: payloads are kept as they came. Fields may be missing until the deployment is mended.',
  },
  'supplier.alert': {
    when: `The data of one of your suppliers are not as a contract promises (validity, freshness, completeness, duplicates, volume), wait for a mend of ours (processing) or cannot be fetched from a bucket (fetching), and once more, with \`state\` \`cleared\`, when that is over. ${NAMED}`,
    handle:
      'Look at the supplier’s scorecard, which names the rules and fields. The supplier is told too. Where `action` is `quarantine`, its records wait; where it is `suspend`, it sends nothing until you resume it.',
  },
}
