import type { Environment } from '../../../shared/supply/document.ts'
import { takes } from '../../../shared/supply/life.ts'
import { type FormField, formFields, readForm } from '../../pages/form-fields.ts'
import type { ContractView } from '../contract-views.ts'
import { PullInput } from '../pull-views.ts'

/** What a pull's forms ask for: read off the API's own schema, but for words that a person is asked in. */
const LABELS: Record<string, string> = {
  prefix: 'Keys begin with',
  suffix: 'Keys end with',
  every_minutes: 'Minutes between two looks',
  path_style: 'The bucket’s name is in',
}
/** A box without a check would say no where nothing was said. */
const PATH_STYLE = ['the path', 'the host']
const ALL = formFields(PullInput).map((field): FormField => {
  const label = LABELS[field.name] ?? field.label
  if (field.name !== 'path_style') return { ...field, label }
  const help = 'Not set: in the path where an endpoint is given, in the host at Amazon'
  return { ...field, label, help, kind: 'choice', choices: PATH_STYLE }
})
const fieldsOf = (...names: string[]) => names.map((name) => ALL.find((field) => field.name === name)!)

export const PLACE = fieldsOf('bucket', 'region', 'prefix', 'suffix')
export const STORE = fieldsOf('endpoint', 'path_style')
export const HOW = fieldsOf('every_minutes', 'mode', 'origin')
export const KEY = fieldsOf('access_key_id')
export const SECRET = fieldsOf('secret_access_key')
export const SESSION = fieldsOf('session_token')

export type Given = Record<string, unknown>
/** As the API takes it. */
export function readPull(form: FormData): Given {
  const { path_style, ...given } = readForm([...PLACE, ...STORE, ...HOW, ...KEY, ...SECRET, ...SESSION], form)
  const since = String(form.get('since') ?? '')
  return {
    contract: String(form.get('contract') ?? ''),
    ...given,
    ...(path_style !== undefined && { path_style: path_style === PATH_STYLE[0] }),
    ...(since !== '' && { since: `${since}T00:00:00Z` }),
  }
}
/** What a form shows again; never a secret. */
export function shownAgain({ secret_access_key: _, session_token: __, path_style, since, ...given }: Given): Given {
  return {
    ...given,
    ...(path_style !== undefined && { path_style: PATH_STYLE[path_style === true ? 0 : 1] }),
    ...(since !== undefined && { since: String(since).slice(0, 10) }),
  }
}
/** What of a pull may change, but its keys. An end that is taken away is none. */
export const CHANGE = [...fieldsOf('suffix'), ...HOW]
export const readChange = (form: FormData): Given => ({
  contract: String(form.get('contract') ?? ''),
  suffix: '',
  mode: null,
  ...readForm(CHANGE, form),
})
export const readKeys = (form: FormData): Given => readForm([...KEY, ...SECRET, ...SESSION], form)

/** Names of fields that a refusal begins its words with; words behind them may be names of others. */
export const fieldsIn = (refusal: string | undefined): string | undefined =>
  refusal && [...refusal.matchAll(/(?:^|; )([a-z_]+):/g)].map(([, name]) => name).join(' ')

/** By what names a pull may be under them: the newest of a major version, or one exactly. */
export function namesOf(contracts: ContractView[], environment: Environment): string[] {
  const usable = contracts.filter(({ state }) => takes(environment, state))
  const majors = usable.map(({ name, version }) => `${name}@${version.split('.')[0]}`)
  return [...new Set(majors), ...usable.map(({ name, version }) => `${name}@${version}`)]
}
