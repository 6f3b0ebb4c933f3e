import { call } from '../house.ts'

/** A supplier's browser in the portal, without one: forms, the cookie, and pages as text. */
const ORIGIN = 'https://fascia.test'
type Headers = Record<string, string>
type Who = { client_id: string; client_secret: string }

export const post = (path: string, fields: Record<string, string>, more: Headers = {}) =>
  call(`/suppliers${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: ORIGIN, ...more },
    body: new URLSearchParams(fields).toString(),
    redirect: 'manual',
  })
export const signIn = ({ client_id, client_secret }: Who, next = '') =>
  post('/sign-in', { client_id, client_secret, next })
export const cookieOf = (response: Response): { cookie: string } => ({
  cookie: response.headers.getSetCookie().at(-1)?.split(';')[0] ?? '',
})
export const signedIn = async (who: Who) => cookieOf(await signIn(who))
export async function page(path: string, headers: Headers = {}) {
  const response = await call(`/suppliers${path}`, { headers, redirect: 'manual' })
  return { status: response.status, location: response.headers.get('location'), text: await response.text() }
}
