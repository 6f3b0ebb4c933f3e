/** The groups of the reference, in its order. */
export const TAGS = {
  Authentication: 'Connects a person’s account at a provider, and ends the connection.',
  Users: 'The connections that you have: one person’s link to one provider is one `user`.',
  Data: 'Records of the seven data types: in the answer, or sent to your destinations under one reference.',
  'One person':
    'What several connections of one `reference_id` tell, as one: by your priorities, each field with its source.',
  Integrations: 'Which providers there are, and what each gives.',
  Destinations: 'Where events are sent.',
  Deliveries: 'How far each destination is, what failed, and sending it again.',
  Keys: 'Keys of this API: what each may do, and how long it is good.',
  Events: 'What happened, as a feed.',
  'Raw payloads': 'What came in is kept as it came: what of it could not be read, and reading it again.',
  Streaming:
    'Samples as they are measured: the stream as events, who is live, and how it goes. The socket is described at /docs/streaming.',
  Suppliers: 'Companies that you let push data into your account, and what comes of it. A guide is at /docs/suppliers.',
  Contracts:
    'What a supplier’s records look like, what they become, and what is promised of them; one version at a time.',
  'Supplier account':
    'For suppliers, with a token from `/oauth/token`: their account, credentials, subjects, and how they stand.',
  Push: 'For suppliers: records come in, as batches, one by one, as large files or live.',
  'Push reports': 'For suppliers: what became of each record, and what waits in quarantine.',
  Sandbox: 'Synthetic people, for tests of what you build.',
} as const
export type Tag = keyof typeof TAGS
