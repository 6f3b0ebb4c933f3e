import ar from './words/ar.ts'
import de from './words/de.ts'
import en from './words/en.ts'
import es from './words/es.ts'
import fr from './words/fr.ts'
import hi from './words/hi.ts'
import it from './words/it.ts'
import ja from './words/ja.ts'
import nl from './words/nl.ts'
import pl from './words/pl.ts'
import pt from './words/pt.ts'
import zh from './words/zh.ts'

/** Where the developer has a name (`{app}`), and where not: a language cannot put a pronoun in its place. */
export interface ForApp {
  named: string
  plain: string
}
/** One form per plural category of the language; `other` where a category has none. */
export type Counted = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>

/** All that the pages say. `{app}` is the developer, `{name}` the source, `{n}` a number. */
export interface Words {
  steps: { label: string; choose: string; signIn: string; done: string; finished: string }
  picker: {
    title: string
    intro: ForApp
    promise: ForApp
    search: string
    submit: string
    filter: string
    all: string
    list: string
    count: Counted
    none: string
    showAll: string
    connected: string
    beta: string
    newTab: string
    cancel: string
  }
  categories: {
    wearable: string
    training: string
    body: string
    nutrition: string
    glucose: string
    cycle: string
    phone: string
  }
  leaving: { title: string; text: string; link: string }
  credentials: { title: string; intro: ForApp; kept: string; submit: string; cancel: string; errors: CredentialErrors }
  /** Names of fields that many sources ask for. */
  labels: { email: string; password: string; username: string; apiKey: string; address: string }
  device: { title: string; intro: string; open: ForApp; allow: string; keep: ForApp; next: ForApp }
  result: {
    connected: ForName
    connectedText: ForApp
    failed: ForName
    /** A link that was used may well have connected the source. */
    used: string
    reasons: Reasons
    back: ForApp
    again: string
    close: string
  }
  wait: { title: string; text: string; look: string }
}
interface ForName {
  named: string
  plain: string
}
interface CredentialErrors {
  refused_by_provider: string
  provider_unavailable: string
  incomplete: string
}
/** Why a source was not connected, and what the person can do. */
interface Reasons {
  access_denied: string
  cancelled: string
  state_mismatch: string
  already_used: string
  expired: string
  cookie_missing: string
  opened_elsewhere: string
  refused_by_provider: string
  provider_unavailable: string
  no_code: string
  unknown_link: string
  not_set_up: string
  /** Any other code. */
  unknown: string
}

const SPOKEN: Record<string, Words> = { en, de, fr, es, pt, it, nl, pl, ja, zh, ar, hi }
const RIGHT_TO_LEFT = ['ar']

export const LANGUAGES: readonly string[] = Object.keys(SPOKEN)

export interface Spoken {
  words: Words
  language: string
  dir: 'ltr' | 'rtl'
}
/** What the session asks for (en, en-GB, EN), else the best that the browser would read, else English. */
export function wordsOf(asked: string | null, acceptLanguage: string | undefined): Spoken {
  const wanted = [asked ?? '', ...byWeight(acceptLanguage ?? '')]
  const language = wanted.map(primary).find((one) => Object.hasOwn(SPOKEN, one)) ?? 'en'
  return { words: SPOKEN[language]!, language, dir: RIGHT_TO_LEFT.includes(language) ? 'rtl' : 'ltr' }
}

const primary = (tag: string) => tag.trim().toLowerCase().split(/[-_]/)[0]!

/** RFC 9110, 12.5.4: a tag with q=0 is refused; of equal weights the first goes first. */
function byWeight(header: string): string[] {
  return header
    .split(',')
    .map((part) => {
      const [tag = '', ...rest] = part.split(';')
      const q = rest.map((one) => /^\s*q\s*=\s*([\d.]+)\s*$/i.exec(one)?.[1]).find((one) => one !== undefined)
      return { tag, weight: q === undefined ? 1 : Number(q) }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag)
}
