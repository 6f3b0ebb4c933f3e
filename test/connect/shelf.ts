import { Fault } from '../../shared/base/fault.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { type Auth, type Credentials, defineProvider, type Writes } from '../../shared/source/define.ts'

/** A provider that only the tests have, for ways in that they want to see whole. */
export function shelve(slug: string, auth: Auth, writes?: Writes): void {
  PROVIDERS[slug] = defineProvider({
    slug,
    resource: slug.toUpperCase(),
    name: slug,
    category: 'training',
    origins: ['https://provider.example'],
    auth,
    writes,
    connected: { historyDays: 1 },
    pulls: { items: { request: { method: 'GET', url: 'https://provider.example/items', as: 'user' } } },
    notices: { connected: [{ pull: 'items' }] },
    maps: { items: [] },
  })
}
const me = { path: 'id', request: { method: 'GET', url: 'https://provider.example/me', as: 'user' } } as const

export const KEY: Credentials = {
  kind: 'credentials',
  fields: [{ name: 'api_key', label: 'API key', secret: true, type: 'password' }],
  carry: { kind: 'header', name: 'x-provider-key', value: '{access_token}' },
  identity: me,
}
/** At an address that people type. */
export const OWN: Auth = {
  ...KEY,
  fields: [...KEY.fields, { name: 'base_url', label: 'Address', secret: false, type: 'url' }],
  identity: { path: 'id', request: { method: 'GET', url: '{+base_url}/me', as: 'user' } },
}
export const LOGIN: Auth = {
  kind: 'credentials',
  fields: [
    { name: 'email', label: 'Email', secret: false, type: 'email' },
    { name: 'password', label: 'Password', secret: true, type: 'password' },
  ],
  login: {
    request: {
      method: 'POST',
      url: 'https://provider.example/login',
      json: { email: '{email}', password: '{password}' },
      as: 'app',
    },
    token: 'session.token',
  },
  carry: { kind: 'bearer' },
  identity: me,
}
export const OAUTH1: Auth = {
  kind: 'oauth1',
  requestToken: 'https://provider.example/request-token',
  authorize: 'https://provider.example/authorize',
  accessToken: 'https://provider.example/access-token',
  identity: me,
}
export const WEIGHT: Writes = {
  body: {
    request: {
      method: 'POST',
      url: 'https://provider.example/weights',
      form: { weight: '{weight}' },
      as: 'user',
    },
    values: ({ weight_kg }) => {
      if (typeof weight_kg !== 'number') throw new Fault('bad_request', 'weight_kg is missing')
      return { weight: String(weight_kg) }
    },
    id: 'weight.id',
    remove: { method: 'DELETE', url: 'https://provider.example/weights/{log_id}', as: 'user' },
  },
}
