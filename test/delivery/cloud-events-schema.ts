import { Ajv } from 'ajv'

/**
 * What CloudEvents 1.0 demands of an event in JSON. The properties are those of the specification's own schema
 * (github.com/cloudevents/spec, cloudevents/formats/cloudevents.json, v1.0.2); names and values of attributes follow
 * spec.md, "Naming Conventions" and "Type System"; `data` and `data_base64` exclude each other (json-format.md, 3.1).
 */
const text = { type: 'string', minLength: 1, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$' }
export const CLOUD_EVENTS_SCHEMA = {
  type: 'object',
  required: ['id', 'source', 'specversion', 'type'],
  propertyNames: { anyOf: [{ const: 'data_base64' }, { pattern: '^[a-z0-9]{1,20}$' }] },
  properties: {
    id: text,
    source: { ...text, format: 'uri-reference' },
    specversion: { const: '1.0' },
    type: text,
    datacontenttype: text,
    dataschema: { ...text, format: 'uri' },
    subject: text,
    time: { ...text, format: 'date-time' },
    data: { type: ['object', 'string', 'number', 'array', 'boolean', 'null'] },
    data_base64: { type: 'string', contentEncoding: 'base64' },
    // Documented extensions: extensions/dataref.md and extensions/sequence.md.
    dataref: { ...text, format: 'uri-reference' },
    sequence: text,
  },
  additionalProperties: {
    anyOf: [text, { type: 'boolean' }, { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 }],
  },
  not: { required: ['data', 'data_base64'] },
}

const ajv = new Ajv({
  allErrors: true,
  strict: false,
  formats: {
    uri: /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i,
    'uri-reference': /^[^\s<>"{}|\\^`]+$/,
    'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  },
})
const check = ajv.compile(CLOUD_EVENTS_SCHEMA)

/** What is wrong with it as a CloudEvent; empty: nothing. */
export function wrongInCloudEvent(event: unknown): string[] {
  return check(event) ? [] : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
