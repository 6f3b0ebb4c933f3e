/** What we answer or send in addition to the published schemas: where, what, and whom it is for. */
export const UNDECLARED: { at: RegExp; properties: string[]; why: string }[] = [
  {
    at: / \/userInfo 200$/,
    properties: ['users'],
    why: 'a reference_id is answered with {users}: clients in the field read it there, and take a bare array for nobody',
  },
  {
    at: / \/integrations 200$/,
    properties: ['sdk_resource'],
    why: 'the name that the official clients know; sdk_providers, beside it, is the published one',
  },
  {
    at: / 4\d\d$/,
    properties: ['status', 'message'],
    why: 'older clients read errors there; problem details may be extended',
  },
  {
    at: /^event auth$/,
    properties: ['version'],
    why: 'data events carry it, and older clients read it here too',
  },
  {
    at: /^event (auth|deauth|user_reauth|large_request_processing|large_request_sending)$/,
    properties: ['reference_id'],
    why: 'clients of the generation before read it at the top of every event, and some of this one at that of auth',
  },
]
