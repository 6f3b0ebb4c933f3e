import { headText } from '../base/xml.ts'
import { defineFile } from '../source/file.ts'
import { resource } from '../source/map.ts'
import { body, counts, heart, sleep } from './fhir/maps.ts'
import { type Json, jsonPages } from './json/pages.ts'

const OBSERVATION = 'Observation'

/** Observations of what is sent: alone, in a bundle, or one resource a line. Other resources are counted. */
function observations(found: Json[]): { observations: Json[]; others: Record<string, number> } {
  const [observations, others]: [Json[], Record<string, number>] = [[], {}]
  const look = (one: Json | undefined) => {
    if (one?.resourceType === 'Bundle')
      for (const entry of (one.entry as Json[] | undefined) ?? []) look(entry?.resource as Json)
    else if (one?.resourceType === OBSERVATION) {
      observations.push(one)
      for (const inner of (one.contained as Json[] | undefined) ?? [])
        if (inner?.resourceType === OBSERVATION) look(inner)
    } else {
      const type = typeof one?.resourceType === 'string' ? one.resourceType : 'unknown'
      others[type] = (others[type] ?? 0) + 1
    }
  }
  for (const one of found) look(one)
  return { observations, others }
}

const { decode, read } = jsonPages((found) => {
  const { observations: all, others } = observations(found)
  if (all.length === 0) return []
  return [
    { resource: OBSERVATION, page: { [OBSERVATION]: all, ...(Object.keys(others).length > 0 ? { others } : {}) } },
  ]
}, 'the file holds no Observation: other resources of FHIR are no measurements')

/**
 * FHIR R4 and R5 Observations: by LOINC code and UCUM unit, with components and waveforms. What the schema has no field
 * for is told by its code (fhir/codes.ts).
 */
export default defineFile({
  slug: 'fhir',
  name: 'FHIR',
  extensions: ['fhir.json', 'fhir.ndjson'],
  mediaTypes: ['application/fhir+json', 'application/fhir+ndjson'],
  sniff: (head) => /^\s*[[{]/.test(headText(head)) && /"resourceType"\s*:\s*"/.test(headText(head)),
  decode,
  read,
  maps: { [OBSERVATION]: resource(OBSERVATION, [body, heart, counts, sleep]) },
  omits: {
    [OBSERVATION]: {
      resourceType: 'what the page holds',
      id: 'an id of the sender, where the time tells observations apart',
      status: 'asked before anything is read: only what is believed is taken',
      'meta.**': 'profiles and versions of the resource itself',
      'text.**': 'the same for people',
      'category.**': 'the code says it finer',
      'code.**': 'the same for people; codes of other systems than LOINC and ISO 11073',
      'component.**': 'components that no code is known of, and what stands beside a value',
      'valueQuantity.system': 'the unit is read by its UCUM code',
      'subject.**': 'whose data they are is said by the upload',
      'performer.**': 'who measured',
      'device.**': 'a reference to a resource that is not there',
      'interpretation.**': 'what the laboratory thinks of the value',
      'referenceRange.**': 'what the laboratory takes for normal',
      'specimen.**': 'a reference to a resource that is not there',
      'note.**': 'a text of somebody',
      issued: 'when it was made known, not when it was measured',
      'bodySite.**': 'the schema has no place for it',
      'method.**': 'the schema has no place for it',
      'identifier.**': 'an id of the sender',
      'encounter.**': 'a reference to a resource that is not there',
      '/others.**': 'resources that are no observations: counted',
    },
  },
})
