import type { z } from '../../../shared/base/zod.ts'
import type { ContractDocument } from '../../../shared/supply/document.ts'

type Effect = 'none' | 'warning' | 'breaking'
type Document = z.input<typeof ContractDocument>
/** A change of a document outside of its schema. */
export interface Row {
  name: string
  older?: (document: Draft) => void
  newer: (document: Draft) => void
  change: [path: string, change: string]
  effects: [supplier: Effect, developer: Effect]
}
// biome-ignore lint/suspicious/noExplicitAny: each row reaches into one place of it.
type Draft = any

export const BASE: Document = {
  name: 'nights',
  version: '1.0',
  schema: {
    type: 'object',
    required: ['id', 'patient', 'start', 'end'],
    properties: {
      id: { type: 'string' },
      other_id: { type: 'string' },
      patient: { type: 'string' },
      consent: { type: 'string' },
      start: { type: 'string', format: 'date-time' },
      end: { type: 'string', format: 'date-time' },
      pulse: { type: 'number' },
      low: { type: 'number' },
      removed: { type: 'boolean' },
      note: { type: 'string' },
    },
  },
  mapping: {
    rules: [
      {
        type: 'sleep',
        when: { path: 'note', is: ['night'] },
        place: { session: { id: 'id', start: { path: 'start' }, end: { path: 'end' } } },
        fields: {
          'heart_rate_data.summary.avg_hr_bpm': { path: 'pulse', unit: 'bpm' },
          'heart_rate_data.summary.min_hr_bpm': { path: 'low' },
          'metadata.is_nap': { path: 'note', words: { nap: true, night: false } },
        },
      },
    ],
  },
  identity: { subject: 'patient' },
  slas: { freshness_p95_seconds: 3_600, validity_share: 0.99, volume: { least: 10, most: 1_000 } },
}
const rule = (document: Draft) => document.mapping.rules[0]
const AVG = 'heart_rate_data.summary.avg_hr_bpm'
const row = (
  name: string,
  newer: Row['newer'],
  change: Row['change'],
  effects: Row['effects'],
  older?: Row['older'],
): Row => ({ name, newer, change, effects, older })

export const ROWS: Row[] = [
  row(
    'a target is added',
    (d) => {
      rule(d).fields['heart_rate_data.summary.max_hr_bpm'] = { path: 'pulse' }
    },
    ['sleep.heart_rate_data.summary.max_hr_bpm', 'target_added'],
    ['none', 'none'],
  ),
  row(
    'a target is removed',
    (d) => delete rule(d).fields[AVG],
    [`sleep.${AVG}`, 'target_removed'],
    ['none', 'breaking'],
  ),
  row(
    'a unit becomes another',
    (d) => {
      rule(d).fields[AVG].unit = 'Hz'
    },
    [`sleep.${AVG}`, 'unit'],
    ['breaking', 'breaking'],
  ),
  row(
    'a target is read from elsewhere',
    (d) => {
      rule(d).fields[AVG].path = 'low'
    },
    [`sleep.${AVG}`, 'source'],
    ['warning', 'warning'],
  ),
  row(
    'a target becomes a constant',
    (d) => {
      rule(d).fields[AVG] = { constant: 60 }
    },
    [`sleep.${AVG}`, 'reader'],
    ['breaking', 'breaking'],
  ),
  row(
    'a word is added',
    (d) => {
      rule(d).fields['metadata.is_nap'].words.siesta = true
    },
    ['sleep.metadata.is_nap[siesta]', 'word_added'],
    ['none', 'none'],
  ),
  row(
    'a word is removed',
    (d) => delete rule(d).fields['metadata.is_nap'].words.nap,
    ['sleep.metadata.is_nap[nap]', 'word_removed'],
    ['warning', 'breaking'],
  ),
  row(
    'a word means another thing',
    (d) => {
      rule(d).fields['metadata.is_nap'].words.nap = false
    },
    ['sleep.metadata.is_nap[nap]', 'word'],
    ['breaking', 'breaking'],
  ),
  row(
    'the natural key becomes another',
    (d) => {
      rule(d).place.session.id = 'other_id'
    },
    ['sleep.place', 'natural_key'],
    ['breaking', 'breaking'],
  ),
  row(
    'the end is read from elsewhere',
    (d) => {
      rule(d).place.session.end = { path: 'start' }
    },
    ['sleep.place.end', 'changed'],
    ['breaking', 'breaking'],
  ),
  row(
    'the end is told',
    (d) => d,
    ['sleep.place.end', 'added'],
    ['none', 'none'],
    (d) => delete rule(d).place.session.end,
  ),
  row('a rule takes more records', (d) => void rule(d).when.is.push('day'), ['', ''], ['none', 'none']),
  row(
    'a rule takes fewer records',
    (d) => d,
    ['sleep.when', 'changed'],
    ['breaking', 'breaking'],
    (d) => void rule(d).when.is.push('day'),
  ),
  row(
    'records can be taken back',
    (d) => {
      rule(d).gone = { path: 'removed', is: [true] }
    },
    ['sleep.gone', 'changed'],
    ['breaking', 'breaking'],
  ),
  row(
    'a rule is added',
    (d) =>
      void d.mapping.rules.push({
        ...rule(d),
        type: 'daily',
        place: { day: { moment: { path: 'start' } } },
        fields: {},
      }),
    ['daily', 'rule_added'],
    ['none', 'warning'],
  ),
  row(
    'a rule is removed',
    (d) => d,
    ['daily', 'rule_removed'],
    ['breaking', 'breaking'],
    (d) =>
      void d.mapping.rules.push({
        ...rule(d),
        type: 'daily',
        place: { day: { moment: { path: 'start' } } },
        fields: {},
      }),
  ),
  row(
    'records are native',
    (d) => {
      d.mapping = { native: true }
    },
    ['', 'changed'],
    ['breaking', 'breaking'],
  ),
  row(
    'the subject is read from elsewhere',
    (d) => {
      d.identity.subject = 'other_id'
    },
    ['subject', 'changed'],
    ['breaking', 'breaking'],
  ),
  row(
    'the reference is another',
    (d) => {
      d.identity.reference_id = 'other_id'
    },
    ['reference_id', 'changed'],
    ['none', 'breaking'],
  ),
  row(
    'a consent is asked',
    (d) => {
      d.identity.consent = 'consent'
    },
    ['consent', 'asked'],
    ['breaking', 'none'],
  ),
  row(
    'no consent is asked any more',
    (d) => d,
    ['consent', 'given_up'],
    ['none', 'breaking'],
    (d) => {
      d.identity.consent = 'consent'
    },
  ),
  row(
    'subjects are connected at once',
    (d) => {
      d.identity.connect = 'first_record'
    },
    ['connect', 'changed'],
    ['none', 'warning'],
  ),
  row(
    'subjects have to be told first',
    (d) => {
      d.identity.connect = 'registered'
    },
    ['connect', 'changed'],
    ['breaking', 'none'],
    (d) => {
      d.identity.connect = 'first_record'
    },
  ),
  row(
    'of two records the newer stays',
    (d) => {
      d.updates = { rule: 'newest', version: { path: 'end' } }
    },
    ['rule', 'changed'],
    ['breaking', 'breaking'],
  ),
  row(
    'offsets are required',
    (d) => {
      d.time = { offsets: 'required' }
    },
    ['offsets', 'changed'],
    ['breaking', 'none'],
  ),
  row(
    'offsets are not required',
    (d) => d,
    ['offsets', 'changed'],
    ['none', 'breaking'],
    (d) => {
      d.time = { offsets: 'required' }
    },
  ),
  row(
    'another zone is assumed',
    (d) => {
      d.time = { offsets: 'assumed', zone: 'Europe/Oslo' }
    },
    ['zone', 'changed'],
    ['breaking', 'breaking'],
    (d) => {
      d.time = { offsets: 'assumed', zone: 'Asia/Tokyo' }
    },
  ),
  row(
    'implausible values are quarantined',
    (d) => {
      d.implausible = 'quarantine'
    },
    ['implausible', 'changed'],
    ['breaking', 'none'],
  ),
  row(
    'implausible values are taken',
    (d) => d,
    ['implausible', 'changed'],
    ['none', 'breaking'],
    (d) => {
      d.implausible = 'quarantine'
    },
  ),
  row(
    'batches are strict',
    (d) => {
      d.mode = 'strict'
    },
    ['mode', 'changed'],
    ['breaking', 'none'],
  ),
  row(
    'a live type is given up',
    (d) => d,
    ['live.HEART_RATE', 'removed'],
    ['breaking', 'breaking'],
    (d) => {
      d.live = { types: ['HEART_RATE'] }
    },
  ),
  row(
    'a live type is added',
    (d) => {
      d.live = { types: ['HEART_RATE'] }
    },
    ['live.HEART_RATE', 'added'],
    ['none', 'none'],
  ),
  row(
    'data must come sooner',
    (d) => {
      d.slas.freshness_p95_seconds = 600
    },
    ['freshness_p95_seconds', 'tightened'],
    ['breaking', 'none'],
  ),
  row(
    'data may come later',
    (d) => {
      d.slas.freshness_p95_seconds = 7_200
    },
    ['freshness_p95_seconds', 'loosened'],
    ['none', 'breaking'],
  ),
  row(
    'more records must be good',
    (d) => {
      d.slas.validity_share = 0.999
    },
    ['validity_share', 'tightened'],
    ['breaking', 'none'],
  ),
  row(
    'a promise is given up',
    (d) => delete d.slas.validity_share,
    ['validity_share', 'given_up'],
    ['none', 'breaking'],
  ),
  row(
    'a promise is asked',
    (d) => {
      d.slas.duplicate_share = 0.1
    },
    ['duplicate_share', 'asked'],
    ['breaking', 'none'],
  ),
  row(
    'less may come',
    (d) => {
      d.slas.volume.most = 500
    },
    ['volume.most', 'tightened'],
    ['breaking', 'none'],
  ),
  row(
    'fewer records must come',
    (d) => {
      d.slas.volume.least = 5
    },
    ['volume.least', 'loosened'],
    ['none', 'breaking'],
  ),
  row(
    'a breach suspends',
    (d) => {
      d.slas.on_breach = 'suspend'
    },
    ['on_breach', 'changed'],
    ['breaking', 'none'],
  ),
  row(
    'it is measured over another window',
    (d) => {
      d.slas.window_days = 14
    },
    ['window_days', 'changed'],
    ['warning', 'warning'],
  ),
  row(
    'quarantined records are kept shorter',
    (d) => {
      d.retention = { quarantine_days: 7 }
    },
    ['quarantine_days', 'shortened'],
    ['breaking', 'warning'],
  ),
  row(
    'reports are kept longer',
    (d) => {
      d.retention = { report_days: 180 }
    },
    ['report_days', 'lengthened'],
    ['none', 'warning'],
  ),
  row(
    'a field that nothing is read from becomes any value',
    (d) => {
      d.schema.properties.other_id = {}
    },
    ['other_id', 'type'],
    ['none', 'none'],
  ),
  row(
    'a field that is read becomes any value',
    (d) => {
      d.schema.properties.pulse = {}
    },
    ['pulse', 'type'],
    ['none', 'breaking'],
  ),
]
