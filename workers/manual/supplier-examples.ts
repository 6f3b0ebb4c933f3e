/** The way of a supplier, in the order in which it goes. */
export const QUICK_START = [
  'A developer invites: in the dashboard, or by `POST /v2/suppliers`. The answer has a link.',
  'The supplier opens the link and accepts: its sandbox is open, and its first credential is shown.',
  'The supplier drafts a contract in the portal, from a few sample records, and hands it in.',
  'In the sandbox records are pushed under it at once, also while it is a draft, which is named in full (`nights@1.0`); “Try it” in the portal does it from a form.',
  'The developer reviews the contract and makes it active.',
  'When the certification passes the supplier goes into production, with credentials of its own there.',
]

export const tokenExample = (base: string): string =>
  `curl ${base}/oauth/token -u "$CLIENT_ID:$CLIENT_SECRET" -d grant_type=client_credentials`

export const pushExample = (base: string): string =>
  `gzip -c nights.ndjson | curl ${base}/v2/ingest/nights@1.0/batches --data-binary @- \\
  -H "Authorization: Bearer $TOKEN" -H "Idempotency-Key: nights-2026-07-01" \\
  -H "Content-Type: application/x-ndjson" -H "Content-Encoding: gzip"

curl ${base}/v2/supplier/batches/$BATCH_ID/report -H "Authorization: Bearer $TOKEN"`

export const liveExample = (base: string): string =>
  `curl ${base}/v2/ingest/straps@1.0/streams -H "Authorization: Bearer $TOKEN" \\
  -H "Content-Type: application/json" -d '{"subject":"person-17","consent":"consent-2026-114"}'`
