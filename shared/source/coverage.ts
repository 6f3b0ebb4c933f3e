import type { DataType } from '../schema/data-types.ts'
import type { ProviderDefinition } from './define.ts'

/** Which fields of which data types a provider gives, read off its table. */
export function coverage(provider: ProviderDefinition): Partial<Record<DataType, string[]>> {
  const fields = new Map<DataType, Set<string>>()
  for (const { records } of Object.values(provider.maps))
    for (const { type, compiled } of records) {
      const known = fields.get(type) ?? new Set<string>()
      for (const field of compiled.gives) known.add(field)
      if (type !== 'athlete') for (const field of PLACE_FIELDS) known.add(field)
      fields.set(type, known)
    }
  return Object.fromEntries([...fields].map(([type, known]) => [type, [...known].sort()]))
}
/** What the kit fills in by a record's place. */
const PLACE_FIELDS = ['metadata.start_time', 'metadata.end_time', 'metadata.timestamp_localization']

/** The data types that a provider gives, for the widget and the integrations list. */
export const typesOf = (provider: Pick<ProviderDefinition, 'maps'>): DataType[] => [
  ...new Set(Object.values(provider.maps).flatMap(({ records }) => records.map(({ type }) => type))),
]
