import type { Words } from '../words.ts'

/** How the developer's app looks. */
export interface Look {
  name: string | null
  /** An https URL. */
  logo: string | null
  /** #rrggbb */
  color: string | null
}
/** What every page needs, whatever it says. */
export interface PageContext {
  words: Words
  language: string
  dir: 'ltr' | 'rtl'
  look: Look
  /** Of the content security policy, for the one inline style. */
  nonce: string
  /** Inside a page of the developer's, where providers refuse to be shown. */
  embedded: boolean
}
export interface PickerProvider {
  resource: string
  name: string
  category: string
  kind: 'oauth' | 'credentials' | 'device'
  connected: boolean
  beta: boolean
}
