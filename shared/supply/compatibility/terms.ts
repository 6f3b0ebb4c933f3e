import type { ContractDocument, Slas } from '../document.ts'
import { breaking, type Change, none, warning } from './change.ts'
import { BOTH, changeOf, choice, promise, same, told, WARNED } from './differences.ts'

/** Whose records they are. */
export function identityChanges({ identity: before }: ContractDocument, { identity: now }: ContractDocument): Change[] {
  const changes: Change[] = []
  const says = (what: string, old: unknown, one: unknown) =>
    `${what} is read from ${told(one)} now, before from ${told(old)}`
  if (before.subject !== now.subject)
    changes.push(changeOf('identity', 'subject', 'changed', ...BOTH(says('the subject', before.subject, now.subject))))
  if (before.reference_id !== now.reference_id)
    changes.push(
      changeOf(
        'identity',
        'reference_id',
        'changed',
        none(),
        breaking(
          says('your name of the person', before.reference_id ?? before.subject, now.reference_id ?? now.subject),
        ),
      ),
    )
  if (before.consent !== now.consent)
    changes.push(
      now.consent === undefined
        ? changeOf('identity', 'consent', 'given_up', none(), breaking('records need no longer name a consent'))
        : before.consent === undefined
          ? changeOf(
              'identity',
              'consent',
              'asked',
              breaking('a record that names no consent is quarantined now'),
              none('records name their consent now'),
            )
          : changeOf(
              'identity',
              'consent',
              'changed',
              breaking(says('the consent', before.consent, now.consent)),
              warning(says('the consent', before.consent, now.consent)),
            ),
    )
  changes.push(
    ...choice('identity', 'connect', before.connect, now.connect, (_, connect) =>
      connect === 'registered'
        ? [
            breaking('a subject that was not told before is quarantined now'),
            none('only subjects that were told are connected'),
          ]
        : [
            none('a subject is connected with its first record'),
            warning('subjects are connected with their first record, not told before'),
          ],
    ),
  )
  return changes
}

/** What of two records under one key stays. */
export function updateChanges({ updates: before }: ContractDocument, { updates: now }: ContractDocument): Change[] {
  return [
    ...choice('updates', 'rule', before.rule, now.rule, (old, one) =>
      BOTH(`of two records with one key it goes by \`${one}\` now, before by \`${old}\``),
    ),
    ...(same(before.version, now.version)
      ? []
      : [
          changeOf(
            'updates',
            'version',
            'changed',
            ...BOTH('which of two records is the newer is read from elsewhere'),
          ),
        ]),
  ]
}

export function timeChanges({ time: before }: ContractDocument, { time: now }: ContractDocument): Change[] {
  const offsets = choice('time', 'offsets', before.offsets, now.offsets, (old, one) =>
    one === 'required'
      ? [breaking('times that tell no offset are refused now'), none('all times tell their offset')]
      : old === 'required'
        ? [none('times need not tell an offset'), breaking('times may come without an offset now')]
        : BOTH(`times without an offset are ${one === 'assumed' ? 'taken to be in the zone' : 'left local'} now`),
  )
  if (offsets.length > 0 || before.zone === now.zone || now.offsets !== 'assumed') return offsets
  return [
    changeOf(
      'time',
      'zone',
      'changed',
      ...BOTH(`times without an offset are taken to be in ${told(now.zone)} now, before in ${told(before.zone)}`),
    ),
  ]
}

export function otherTerms(before: ContractDocument, now: ContractDocument): Change[] {
  const [old, one] = [before.live?.types ?? [], now.live?.types ?? []]
  return [
    ...choice('terms', 'implausible', before.implausible, now.implausible, (_, implausible) =>
      implausible === 'quarantine'
        ? [
            breaking('records with values that no living person has are quarantined now'),
            none('implausible values are held back'),
          ]
        : [none('implausible values are taken'), breaking('values that no living person has may come now')],
    ),
    ...choice('terms', 'mode', before.mode, now.mode, (_, mode) =>
      mode === 'strict'
        ? [breaking('one bad record refuses the whole batch now'), none('batches come whole or not at all')]
        : [none('good records of a batch are taken where others are bad'), warning('batches may come in part')],
    ),
    ...old
      .filter((type) => !one.includes(type))
      .map((type) => changeOf('terms', `live.${type}`, 'removed', ...BOTH('no longer comes live'))),
    ...one
      .filter((type) => !old.includes(type))
      .map((type) => changeOf('terms', `live.${type}`, 'added', none('may come live'), none('may come live'))),
  ]
}

const HARSHNESS: Slas['on_breach'][] = ['alert', 'quarantine', 'suspend']
export function slaChanges({ slas: before }: ContractDocument, { slas: now }: ContractDocument): Change[] {
  const share = { harder: 1, what: '' } as const
  const gone = (before.completeness?.types ?? []).filter((type) => !now.completeness?.types.includes(type))
  const more = (now.completeness?.types ?? []).filter((type) => !before.completeness?.types.includes(type))
  return [
    ...(before.window_days === now.window_days
      ? []
      : [
          changeOf(
            'slas',
            'window_days',
            'changed',
            ...WARNED(`measured over ${now.window_days} days now, before over ${before.window_days}`),
          ),
        ]),
    ...promise('slas', 'freshness_p95_seconds', before.freshness_p95_seconds, now.freshness_p95_seconds, {
      harder: -1,
      what: 'seconds from the end of the data to their arrival (p95)',
    }),
    ...promise('slas', 'completeness.share', before.completeness?.share, now.completeness?.share, {
      ...share,
      what: 'the share of complete subject-days',
    }),
    ...(now.completeness && before.completeness
      ? [
          ...gone.map((type) =>
            changeOf(
              'slas',
              `completeness.types.${type}`,
              'given_up',
              none(),
              breaking('no longer counts for a complete day'),
            ),
          ),
          ...more.map((type) =>
            changeOf(
              'slas',
              `completeness.types.${type}`,
              'asked',
              breaking('counts for a complete day now'),
              none('counts for a complete day now'),
            ),
          ),
        ]
      : []),
    ...promise('slas', 'validity_share', before.validity_share, now.validity_share, {
      ...share,
      what: 'the share of good records',
    }),
    ...promise('slas', 'duplicate_share', before.duplicate_share, now.duplicate_share, {
      harder: -1,
      what: 'the share of repetitions, at most',
    }),
    ...promise('slas', 'volume.least', before.volume?.least, now.volume?.least, {
      ...share,
      what: 'records a day, at least',
    }),
    ...promise('slas', 'volume.most', before.volume?.most, now.volume?.most, {
      harder: -1,
      what: 'records a day, at most',
    }),
    ...choice('slas', 'on_breach', before.on_breach, now.on_breach, (old, one) =>
      HARSHNESS.indexOf(one) > HARSHNESS.indexOf(old)
        ? [breaking(`a breach leads to \`${one}\` now, before to \`${old}\``), none(`a breach leads to \`${one}\``)]
        : [none(`a breach leads to \`${one}\``), warning(`a breach leads to \`${one}\` now, before to \`${old}\``)],
    ),
  ]
}

export function retentionChanges(
  { retention: before }: ContractDocument,
  { retention: now }: ContractDocument,
): Change[] {
  const kept = (path: keyof typeof now, what: string, shorter: typeof breaking): Change[] => {
    if (before[path] === now[path]) return []
    const says = `${what} are kept ${now[path]} days now, before ${before[path]}`
    return now[path] < before[path]
      ? [changeOf('retention', path, 'shortened', shorter(says), warning(says))]
      : [changeOf('retention', path, 'lengthened', none(says), warning(says))]
  }
  return [...kept('quarantine_days', 'quarantined records', breaking), ...kept('report_days', 'reports', warning)]
}
