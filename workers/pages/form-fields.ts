import { z } from '../../shared/base/zod.ts'

/** One input of a form, as a schema describes it. */
export interface FormField {
  name: string
  label: string
  help: string
  kind: 'text' | 'url' | 'number' | 'flag' | 'choice' | 'choices' | 'list' | 'map' | 'long' | 'json'
  required: boolean
  /** What holds where nothing is given. */
  otherwise: unknown
  choices: string[]
  min: number | undefined
  max: number | undefined
}

interface Node {
  type?: string
  format?: string
  description?: string
  default?: unknown
  enum?: unknown[]
  const?: unknown
  anyOf?: Node[]
  items?: Node
  properties?: Record<string, Node>
  required?: string[]
  additionalProperties?: Node | boolean
  minimum?: number
  maximum?: number
  maxLength?: number
}
/** A text that may be this long is written into several lines. */
const LONG_TEXT = 1_000

/** The inputs of an object's schema, in its own order. Descriptions become the help texts. */
export function formFields(schema: z.ZodType): FormField[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node
  return Object.entries(properties).map(([name, node]) => {
    const inner = withoutNull(node)
    return {
      name,
      label: labelOf(name),
      help: node.description ?? inner.description ?? '',
      kind: kindOf(inner),
      required: required.includes(name) && kindOf(inner) !== 'flag',
      otherwise: node.default,
      choices: choicesOf(inner),
      min: inner.minimum,
      max: inner.maximum !== undefined && inner.maximum < Number.MAX_SAFE_INTEGER ? inner.maximum : undefined,
    }
  })
}

function withoutNull(node: Node): Node {
  const options = node.anyOf?.filter((option) => option.type !== 'null') ?? []
  return options.length === 1 ? { ...node, anyOf: undefined, ...options[0]! } : node
}
function labelOf(name: string): string {
  const words = name
    .replaceAll('_', ' ')
    .replace(/\b(url|tls|ca|id|api|kms|ms)\b/g, (word) => (word === 'ms' ? word : word.toUpperCase()))
  return words[0]!.toUpperCase() + words.slice(1)
}
function kindOf(node: Node): FormField['kind'] {
  if (choicesOf(node).length > 0) return node.type === 'array' ? 'choices' : 'choice'
  if (node.type === 'boolean') return 'flag'
  if (node.type === 'integer' || node.type === 'number') return 'number'
  if (node.type === 'array') return ['string', 'integer', 'number'].includes(node.items?.type ?? '') ? 'list' : 'json'
  if (node.type === 'object')
    return typeof node.additionalProperties === 'object' && node.additionalProperties.type === 'string' ? 'map' : 'json'
  if (node.format === 'uri') return 'url'
  return (node.maxLength ?? 0) >= LONG_TEXT ? 'long' : 'text'
}
function choicesOf({ enum: values, anyOf, items, type }: Node): string[] {
  if (values) return values.map(String)
  if (type === 'array' && items?.enum) return items.enum.map(String)
  const constants = anyOf?.flatMap((option) => (option.const === undefined ? [] : [String(option.const)])) ?? []
  return constants.length > 0 && constants.length === anyOf!.length ? constants : []
}

/** What a person filled in, as the API takes it. What was left empty is left out; `before` keeps what a form does not show. */
export function readForm(fields: FormField[], form: FormData, prefix = ''): Record<string, unknown> {
  const given: Record<string, unknown> = {}
  for (const field of fields) {
    const name = `${prefix}${field.name}`
    if (field.kind === 'flag') given[field.name] = form.get(name) === 'on'
    else if (field.kind === 'choices') given[field.name] = form.getAll(name).map(String)
    else {
      const text = String(form.get(name) ?? '').trim()
      if (text !== '') given[field.name] = givenValue(field, text)
      else if (field.kind === 'list' && form.has(name)) given[field.name] = []
    }
  }
  return given
}

function givenValue({ kind }: FormField, text: string): unknown {
  if (kind === 'number') return Number(text)
  if (kind === 'list') return text.split(/[\s,]+/).map((part) => (/^\d+$/.test(part) ? Number(part) : part))
  if (kind === 'map')
    return Object.fromEntries(
      text.split(/\r?\n/).flatMap((line) => {
        const colon = line.indexOf(':')
        return line.trim() === '' ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]]
      }),
    )
  if (kind === 'json') {
    try {
      return JSON.parse(text)
    } catch {
      // The API says what is wrong with it, at its place.
      return text
    }
  }
  return text
}

/** A value as its input shows it. */
export function shownValue({ kind }: FormField, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (kind === 'list') return (value as unknown[]).join(', ')
  if (kind === 'json') return JSON.stringify(value)
  if (kind === 'map')
    return Object.entries(value as object)
      .map(([name, text]) => `${name}: ${text}`)
      .join('\n')
  return String(value)
}
