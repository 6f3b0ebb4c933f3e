import type { Condition, ContractDocument, ContractField, ContractTime, MappingRule } from '../document.ts'
import { breaking, type Change, none, warning } from './change.ts'
import { BOTH, changeOf, same, told } from './differences.ts'
import { plain } from './side.ts'

/** What records become. A mapping is mended in a minor version as long as no field changes its meaning. */
export function mappingChanges({ mapping: before }: ContractDocument, { mapping: now }: ContractDocument): Change[] {
  if ('native' in before || 'native' in now) {
    if ('native' in before && 'native' in now) return []
    return [changeOf('mapping', '', 'changed', ...BOTH('records are of another shape: native, or mapped by rules'))]
  }
  const { pairs, gone, added } = paired(before.rules, now.rules)
  return [
    ...pairs.flatMap(([old, one]) => ruleChanges(old, one)),
    ...gone.map(({ type }) =>
      changeOf(
        'mapping',
        type,
        'rule_removed',
        breaking('such records become nothing now, and are quarantined'),
        breaking('is no longer made of these records'),
      ),
    ),
    ...added.map(({ type }) =>
      changeOf('mapping', type, 'rule_added', none('more is made of records'), warning('is made of records now')),
    ),
  ]
}

/** Rules that are each other's older and newer: those that pick the same records, and then those that make the same. */
function paired(before: MappingRule[], now: MappingRule[]) {
  const gone = [...before]
  const added = [...now]
  const pairs: [MappingRule, MappingRule][] = []
  const pick = ({ type, when, each }: MappingRule) => plain([type, when ?? null, each ?? null])
  for (const alike of [
    (a: MappingRule, b: MappingRule) => pick(a) === pick(b),
    (a: MappingRule, b: MappingRule) => a.type === b.type,
  ])
    for (const old of [...gone]) {
      const at = added.findIndex((one) => alike(old, one))
      if (at < 0) continue
      pairs.push([old, added.splice(at, 1)[0]!])
      gone.splice(gone.indexOf(old), 1)
    }
  return { pairs, gone, added }
}

function ruleChanges(before: MappingRule, now: MappingRule): Change[] {
  const { type } = now
  const changes: Change[] = []
  if (!same(before.when, now.when) && !widened(before.when, now.when))
    changes.push(changeOf('mapping', `${type}.when`, 'changed', ...BOTH('is made of other records now')))
  if (!same(before.gone, now.gone))
    changes.push(
      changeOf('mapping', `${type}.gone`, 'changed', ...BOTH('other records say now that theirs is deleted')),
    )
  if (before.each !== now.each)
    changes.push(
      changeOf(
        'mapping',
        `${type}.each`,
        'changed',
        ...BOTH(`is made of the elements of ${told(now.each ?? 'the record')} now`),
      ),
    )
  changes.push(...placeChanges(before, now), ...fieldChanges(type, before.fields, now.fields))
  return changes
}
/** A condition that takes all that the other took. */
function widened(before: Condition | undefined, now: Condition | undefined): boolean {
  if (now === undefined) return true
  if (before === undefined || before.path !== now.path || !('is' in before) || !('is' in now)) return false
  return before.is.every((value) => now.is.includes(value))
}

/** The natural key and the times: under another key, what comes again is another record. */
function placeChanges({ place: before }: MappingRule, { type, place: now }: MappingRule): Change[] {
  const key = (place: MappingRule['place']) =>
    'session' in place
      ? [
          place.session.id ?? null,
          place.session.keys ?? null,
          place.session.id || place.session.keys ? null : place.session.start,
        ]
      : 'day' in place
        ? [place.day]
        : [place]
  const changes: Change[] = []
  if (!same(key(before), key(now)))
    changes.push(
      changeOf(
        'mapping',
        `${type}.place`,
        'natural_key',
        ...BOTH('a record has another natural key now: what comes again is taken for another record'),
      ),
    )
  else if ('session' in before && 'session' in now)
    for (const name of ['start', 'end', 'seconds'] as const)
      if (!same(before.session[name], now.session[name]))
        changes.push(
          before.session[name] === undefined
            ? changeOf('mapping', `${type}.place.${name}`, 'added', none(), none('is told now'))
            : changeOf(
                'mapping',
                `${type}.place.${name}`,
                'changed',
                ...BOTH(`the ${name === 'seconds' ? 'length' : name} is read differently`),
              ),
        )
  return changes
}

function fieldChanges(at: string, before: Record<string, ContractField>, now: Record<string, ContractField>): Change[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((target) => {
    const path = `${at}.${target}`
    const [old, one] = [before[target], now[target]]
    if (old === undefined) return [changeOf('mapping', path, 'target_added', none(), none('is filled now'))]
    if (one === undefined)
      return [
        changeOf('mapping', path, 'target_removed', none('is read from nothing now'), breaking('is no longer filled')),
      ]
    return same(old, one) ? [] : readChanges(path, old, one)
  })
}

function readChanges(path: string, before: ContractField, now: ContractField): Change[] {
  if ('list' in before && 'list' in now)
    return [
      ...(before.list === now.list ? [] : [moved(path, before.list, now.list)]),
      ...fieldChanges(path, before.each, now.each),
    ]
  if ('time' in before && 'time' in now) return timeChanges(path, before.time, now.time)
  if ('words' in before && 'words' in now)
    return [
      ...(before.path === now.path ? [] : [moved(path, before.path, now.path)]),
      ...wordChanges(path, before, now),
    ]
  if ('constant' in before && 'constant' in now)
    return [
      changeOf(
        'mapping',
        path,
        'constant',
        none(),
        breaking(`is always ${told(now.constant)} now, before ${told(before.constant)}`),
      ),
    ]
  if (isPlain(before) && isPlain(now)) {
    if (before.unit !== now.unit)
      return [
        changeOf(
          'mapping',
          path,
          'unit',
          ...BOTH(`is read as ${told(now.unit ?? 'our unit')} now, before as ${told(before.unit ?? 'our unit')}`),
        ),
      ]
    return [moved(path, before.path, now.path)]
  }
  return [changeOf('mapping', path, 'reader', ...BOTH('is read in another way now'))]
}
const isPlain = (field: ContractField): field is { path: string; unit?: string } =>
  'path' in field && !('words' in field)

const moved = (path: string, before: string, now: string): Change =>
  changeOf(
    'mapping',
    path,
    'source',
    warning(`is read from ${told(now)} now, no longer from ${told(before)}`),
    warning(`is read from ${told(now)} now, before from ${told(before)}`),
  )

function timeChanges(path: string, before: ContractTime, now: ContractTime): Change[] {
  if (before.style !== now.style || before.zone !== now.zone)
    return [changeOf('mapping', path, 'time', ...BOTH('the time is told in another way now'))]
  return [moved(path, before.path, now.path)]
}

type Words = Extract<ContractField, { words: unknown }>
function wordChanges(path: string, before: Words, now: Words): Change[] {
  const changes = Object.keys({ ...before.words, ...now.words }).flatMap((word): Change[] => {
    const [old, one] = [before.words[word], now.words[word]]
    if (old === one) return []
    const at = `${path}[${word}]`
    if (old === undefined) return [changeOf('mapping', at, 'word_added', none(), none(`means ${told(one)} now`))]
    if (one === undefined)
      return [
        changeOf(
          'mapping',
          at,
          'word_removed',
          warning('has no meaning any more'),
          breaking(`has no meaning any more, before ${told(old)}`),
        ),
      ]
    return [changeOf('mapping', at, 'word', ...BOTH(`means ${told(one)} now, before ${told(old)}`))]
  })
  if (before.otherwise !== now.otherwise)
    changes.push(
      changeOf(
        'mapping',
        path,
        'otherwise',
        none(),
        warning(`other words mean ${now.otherwise === undefined ? 'nothing' : told(now.otherwise)} now`),
      ),
    )
  return changes
}
