import { sealedCookie } from '../pages/sealed-cookie.ts'

/** Who is signed in, with the key itself. */
export interface Session {
  dev_id: string
  api_key: string
}
export const {
  read: sessionOf,
  keep: begin,
  end,
} = sealedCookie<Session>({
  ...{ cookie: 'fascia-dashboard', path: '/dashboard', key: 'dashboard' },
})
