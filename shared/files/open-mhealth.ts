import { headText } from '../base/xml.ts'
import { defineFile } from '../source/file.ts'
import { jsonPages } from './json/pages.ts'
import { counts, points } from './open-mhealth/maps.ts'
import { COUNTED, NO_TRAINING, pointOf } from './open-mhealth/schemas.ts'

const { decode, read } = jsonPages((found) => {
  const all = found.map(pointOf)
  const [counted, others] = [
    all.filter(({ schema }) => COUNTED.has(schema)),
    all.filter(({ schema }) => !COUNTED.has(schema)),
  ]
  return [
    ...(others.length > 0 ? [{ resource: 'points', page: { points: others } }] : []),
    ...(counted.length > 0 ? [{ resource: 'counts', page: { counts: counted } }] : []),
  ]
}, 'the file holds no data point')

/** Open mHealth data points, and those of IEEE 1752 that followed: with a header, or the body alone. */
export default defineFile({
  slug: 'open-mhealth',
  name: 'Open mHealth',
  extensions: ['omh.json'],
  mediaTypes: ['application/vnd.openmhealth+json'],
  sniff: (head) =>
    /^\s*[[{]/.test(headText(head)) && /"(?:effective_time_frame|schema_id)"\s*:\s*\{/.test(headText(head)),
  decode,
  read,
  maps: { points, counts },
  omits: {
    '*': {
      schema: 'which schema it is of: told by the header or by its fields',
      'header.**': 'who made the data point, and when it was written down',
      'body.step_count.unit': 'steps are steps',
      'body.temporal_relationship_to_*':
        'whether it was before or after a meal, a sleep, a training: the schema has no place for it',
      'body.system': 'the schema tells blood from muscle, and no finer',
      'body.measurement_*': 'how it was measured',
      'body.*latitude.*': NO_TRAINING,
      'body.*longitude.*': NO_TRAINING,
      'body.elevation.*': NO_TRAINING,
      'body.number_of_satellites_*': NO_TRAINING,
      'body.satellite_signal_strengths.**': NO_TRAINING,
      'body.positioning_system': NO_TRAINING,
      'body.pace.*': NO_TRAINING,
      'body.speed.*': NO_TRAINING,
      'body.respiratory_rate.*': 'the schema has breaths a minute only within a sleep',
      'body.user_notes': 'a text of the user',
    },
  },
})
