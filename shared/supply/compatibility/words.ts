import type { Loss } from './covered.ts'
import type { Bound } from './flat.ts'

/** One rule's loss in words, for him who sends: what was good is refused now. */
const SENDER: Record<string, (loss: Loss) => string> = {
  type: ({ had, asks }) => `must be ${kinds(asks)} now; before it could be ${kinds(had)}`,
  enum: ({ had, asks }) =>
    had === undefined
      ? `takes only ${listed(asks)} now; before it was not bound to a list`
      : `no longer takes ${listed(had)}`,
  values: ({ had }) => `no longer takes ${listed(had)}`,
  required: () => 'must be there now',
  refused: () => 'is refused now',
  closed: () => 'fields that the schema does not name are refused now',
  minimum: ({ asks, had }) =>
    `must be ${bound(asks, 'more than', 'at least')} now${before(had, 'more than', 'at least')}`,
  maximum: ({ asks, had }) =>
    `must be ${bound(asks, 'less than', 'at most')} now${before(had, 'less than', 'at most')}`,
  multipleOf: ({ asks }) => `must be a multiple of ${asks} now`,
  minLength: ({ asks, had }) => `must have at least ${asks} characters now; before ${had}`,
  maxLength: ({ asks, had }) => `may have at most ${asks} characters now${most(had)}`,
  pattern: ({ asks }) => `must match /${asks}/ now`,
  format: ({ asks }) => `must be a text of format ${asks} now`,
  minItems: ({ asks, had }) => `must have at least ${asks} elements now; before ${had}`,
  maxItems: ({ asks, had }) => `may have at most ${asks} elements now${most(had)}`,
  uniqueItems: () => 'may no longer have an element twice',
  minProperties: ({ asks }) => `must have at least ${asks} fields now`,
  maxProperties: ({ asks }) => `may have at most ${asks} fields now`,
  dependentRequired: ({ asks }) => `must be there now where ${asks} is`,
}
/** The same rule's loss for who receives: what was always so is so no longer. */
const RECEIVER: Record<string, (loss: Loss) => string> = {
  type: ({ had, asks }) => `may be ${kinds(had)} now; before it was always ${kinds(asks)}`,
  enum: ({ had, asks }) =>
    had === undefined
      ? `may be any value now; before only ${listed(asks)}`
      : `may be ${listed(had)} now, which it never was`,
  values: ({ had }) => `may be ${listed(had)} now, which it never was`,
  required: () => 'may be missing now',
  refused: () => 'may be there now; before it was refused',
  closed: () => 'other fields may be there now',
  minimum: ({ asks }) => `may be lower now; before it was ${bound(asks, 'more than', 'at least')}`,
  maximum: ({ asks }) => `may be higher now; before it was ${bound(asks, 'less than', 'at most')}`,
  multipleOf: ({ asks }) => `need not be a multiple of ${asks} now`,
  minLength: ({ asks }) => `may be shorter now; before it had at least ${asks} characters`,
  maxLength: ({ asks }) => `may be longer now; before it had at most ${asks} characters`,
  pattern: ({ asks }) => `need not match /${asks}/ now`,
  format: ({ asks }) => `need not be a text of format ${asks} now`,
  minItems: ({ asks }) => `may have fewer elements now; before at least ${asks}`,
  maxItems: ({ asks }) => `may have more elements now; before at most ${asks}`,
  uniqueItems: () => 'may have an element twice now',
  minProperties: ({ asks }) => `may have fewer fields now; before at least ${asks}`,
  maxProperties: ({ asks }) => `may have more fields now; before at most ${asks}`,
  dependentRequired: ({ asks }) => `may be missing now where ${asks} is there`,
}

export const senderSays = (loss: Loss): string => said(SENDER, loss)
export const receiverSays = (loss: Loss): string => said(RECEIVER, loss)

function said(words: typeof SENDER, loss: Loss): string {
  const says = words[loss.rule]?.(loss)
  if (says && !loss.unsure) return says
  if (loss.rule === 'size') return 'is too intertwined to be compared, and counts as another'
  return `${says ?? `has another \`${loss.rule}\``}; that nothing breaks by it cannot be shown`
}

const ARTICLES: Record<string, string> = {
  null: 'null',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  string: 'a text',
  array: 'a list',
  object: 'an object',
}
const kinds = (types: unknown): string =>
  (types as string[]).length === 7
    ? 'anything'
    : (types as string[]).map((type) => ARTICLES[type]).join(' or ') || 'nothing'
/** Values of a schema, never of a record. */
function listed(values: unknown): string {
  const told = (values as unknown[]).map((value) => JSON.stringify(value))
  return told.length > 8 ? `${told.slice(0, 8).join(', ')} and ${told.length - 8} more` : told.join(', ')
}
const bound = (given: unknown, open: string, closed: string): string =>
  `${(given as Bound).open ? open : closed} ${(given as Bound).value}`
const before = (given: unknown, open: string, closed: string): string =>
  Number.isFinite((given as Bound).value) ? `; before ${bound(given, open, closed)}` : ''
const most = (had: unknown): string => (Number.isFinite(had) ? `; before ${had}` : '')
