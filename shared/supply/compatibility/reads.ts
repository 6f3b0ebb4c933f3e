import type { ContractDocument, ContractField, ContractTime, MappingRule } from '../document.ts'
import { escaped } from '../pointer.ts'

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

/** Paths that rules read, each with where the document says so; `needed`: without it there is no record. */
export function readPaths({ mapping }: ContractDocument): { pointer: string; path: string; needed: boolean }[] {
  if ('native' in mapping) return []
  return mapping.rules.flatMap(({ each, place, fields }, i) => {
    const at = `/mapping/rules/${i}`
    const inside = (path: string) => (each === undefined ? path : within(each, [path]).slice(1).join('|'))
    const one = (pointer: string, path: string | undefined, needed: boolean) =>
      path === undefined ? [] : [{ pointer: `${at}${pointer}`, path: inside(path), needed }]
    const placed =
      'session' in place
        ? [
            ...one('/place/session/id', place.session.id, true),
            ...(place.session.keys ?? []).flatMap((key, k) => one(`/place/session/keys/${k}`, key, true)),
            ...one('/place/session/start', place.session.start.path, true),
            ...one('/place/session/end', place.session.end?.path, true),
            ...one('/place/session/seconds', place.session.seconds, place.session.end === undefined),
          ]
        : 'day' in place
          ? [...one('/place/day/date', place.day.date, true), ...one('/place/day/moment', place.day.moment?.path, true)]
          : []
    const read = Object.entries(fields).flatMap(([target, field]) =>
      readByField(field).flatMap((path) => one(`/fields/${escaped(target)}`, path, false)),
    )
    return [...(each === undefined ? [] : [{ pointer: `${at}/each`, path: each, needed: false }]), ...placed, ...read]
  })
}

/** Paths within each element of a list; what starts elsewhere (`^`: around it, `/`: at the record) stays where it is. */
const within = (list: string, paths: string[]): string[] => [
  list,
  ...paths.flatMap((path) => path.split('|')).map((path) => (/^[@^/]/.test(path) ? path : `${list}.*.${path}`)),
]

/** `/^x_/` stands for any name by a pattern, which may have dots. */
export const stepsOf = (path: string): string[] =>
  path === '' ? [] : (path.replace(/^[@^/](?!\^)/, '').match(/\/\^.*?\/(?=\.|$)|[^.[\]{}]+|\[[^\]]*\]|\{\}/g) ?? [])
const any = (step: string): boolean => /^(\*|\d+|\[.*\]|\{\}|\/.*\/)$/.test(step)
const same = (one: string, other: string): boolean => one === other || any(one) || any(other)
