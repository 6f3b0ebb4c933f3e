import { isObject, type Json } from '../../base/json.ts'
import { DATE, DATE_TIME, WITH_OFFSET } from './leaves.ts'

/** Words of a list: few, short, and each seen again. Less is chance, and might be a person's own. */
const WORD = /^[A-Za-z][A-Za-z0-9 _-]{0,30}$/
const FEWEST = 20
const MOST_WORDS = 10
const EACH_SEEN = 3

/** What all samples have in common. `names`: paths that name persons or records, of which no list is made. */
export const schemaOf = (samples: unknown[], names: ReadonlySet<string>): Json => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...ofAll(samples, '', names),
})

function ofAll(values: unknown[], path: string, names: ReadonlySet<string>): Json {
  const kinds = [...new Set(values.map(kindOf))]
  // A whole number is a number.
  const types = kinds.filter((kind) => kind !== 'integer' || !kinds.includes('number')).sort()
  const schema: Json = types.length === 0 ? {} : { type: types.length === 1 ? types[0] : types }
  const objects = values.filter(isObject)
  if (objects.length > 0) Object.assign(schema, objectOf(objects, path, names))
  const lists = values.filter((value): value is unknown[] => Array.isArray(value))
  if (lists.length > 0) schema.items = ofAll(lists.flat(), path === '' ? '*' : `${path}.*`, names)
  const texts = values.filter((value): value is string => typeof value === 'string')
  if (texts.length > 0) Object.assign(schema, textOf(texts, types.length === 1 && !names.has(path)))
  return schema
}

function objectOf(objects: Json[], path: string, names: ReadonlySet<string>): Json {
  const fields = [...new Set(objects.flatMap((one) => Object.keys(one)))]
  const required = fields.filter((name) => objects.every((one) => one[name] !== undefined))
  return {
    properties: Object.fromEntries(
      fields.map((name) => [
        name,
        ofAll(
          objects.flatMap((one) => (one[name] === undefined ? [] : [one[name]])),
          path === '' ? name : `${path}.${name}`,
          names,
        ),
      ]),
    ),
    ...(required.length > 0 && { required }),
  }
}

function textOf(texts: string[], mayList: boolean): Json {
  if (texts.every((one) => DATE.test(one))) return { format: 'date' }
  if (texts.every((one) => DATE_TIME.test(one) && WITH_OFFSET.test(one) && /[Tt]/.test(one) && one.length > 17))
    return { format: 'date-time' }
  const words = [...new Set(texts)]
  const again = words.every((word) => texts.filter((one) => one === word).length >= EACH_SEEN)
  if (mayList && texts.length >= FEWEST && words.length <= MOST_WORDS && again && words.every((one) => WORD.test(one)))
    return { enum: words.sort() }
  return texts.every((one) => one !== '') ? { minLength: 1 } : {}
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}
