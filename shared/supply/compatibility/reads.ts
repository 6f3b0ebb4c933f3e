import type { ContractDocument, ContractField, ContractTime, MappingRule } from '../document.ts'

/** Whether anything that the developer receives is read from a path of the record, from what is in it, or from around it. */
export function reachesOf({ mapping, identity, updates }: ContractDocument): (path: string) => boolean {
  // Native records are all theirs.
  if ('native' in mapping) return () => true
  const read = [
    ...mapping.rules.flatMap(readByRule),
    identity.subject,
    ...there(identity.reference_id),
    ...there(identity.consent),
    ...(updates.version ? readByTime(updates.version) : []),
  ].flatMap((path) => path.split('|').map(stepsOf))
  return (path) => {
    const asked = stepsOf(path)
    return read.some((one) => asked.every((step, i) => one[i] === undefined || same(one[i], step)))
  }
}

function readByRule({ when, gone, each, place, fields }: MappingRule): string[] {
  const inner = [
    ...[when, gone].flatMap((condition) => (condition ? [condition.path] : [])),
    ...('session' in place
      ? [
          ...there(place.session.id),
          ...(place.session.keys ?? []),
          ...there(place.session.seconds),
          ...readByTime(place.session.start),
          ...(place.session.end ? readByTime(place.session.end) : []),
        ]
      : []),
    ...('day' in place
      ? [...there(place.day.date), ...there(place.day.zone), ...(place.day.moment ? readByTime(place.day.moment) : [])]
      : []),
    ...Object.values(fields).flatMap(readByField),
  ]
  return each === undefined ? inner : within(each, inner)
}
function readByField(field: ContractField): string[] {
  if ('constant' in field) return []
  if ('time' in field) return readByTime(field.time)
  if ('list' in field) return within(field.list, Object.values(field.each).flatMap(readByField))
  return [field.path]
}
const readByTime = ({ path, zone }: ContractTime): string[] => [path, ...there(zone)]
const there = (path: string | undefined): string[] => (path === undefined ? [] : [path])

/** Paths within each element of a list; what starts elsewhere (`^`: around it, `/`: at the record) stays where it is. */
const within = (list: string, paths: string[]): string[] => [
  list,
  ...paths.flatMap((path) => path.split('|')).map((path) => (/^[@^/]/.test(path) ? path : `${list}.*.${path}`)),
]

/** `/^x_/` stands for any name by a pattern, which may have dots. */
const stepsOf = (path: string): string[] =>
  path === '' ? [] : (path.replace(/^[@^/](?!\^)/, '').match(/\/\^.*?\/(?=\.|$)|[^.[\]{}]+|\[[^\]]*\]|\{\}/g) ?? [])
const any = (step: string): boolean => /^(\*|\d+|\[.*\]|\{\}|\/.*\/)$/.test(step)
const same = (one: string, other: string): boolean => one === other || any(one) || any(other)
