import { type Account, call } from '../house.ts'

/** A member's browser, without one: forms, the cookie, and pages as text. */
const ORIGIN = 'https://fascia.test'
type Headers = Record<string, string>
type Who = Pick<Account, 'dev_id' | 'api_key'>

export const post = (path: string, fields: Record<string, string>, more: Headers = {}) =>
  call(`/dashboard${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: ORIGIN, ...more },
    body: new URLSearchParams(fields).toString(),
    redirect: 'manual',
  })
export const signIn = (who: Who, next = '') => post('/sign-in', { dev_id: who.dev_id, api_key: who.api_key, next })
export async function signedIn(who: Who): Promise<{ cookie: string }> {
  const response = await signIn(who)
  return { cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' }
}
export async function page(path: string, headers: Headers) {
  const response = await call(`/dashboard${path}`, { headers, redirect: 'manual' })
  return { status: response.status, headers: response.headers, text: await response.text() }
}
