import { type Clock, clock } from '../source/clocks.ts'
import { type OffsetOf, offset, offsetOfText } from '../source/offsets.ts'
import { Unreadable } from '../source/reader.ts'
import type { ContractDocument, ContractTime } from './document.ts'

/** How a contract's times are read: in which zone they are that tell none, and whether they may tell none. */
export type TimeRules = ContractDocument['time']

/** A clock of the provider kit for a time of a contract. `wrong` is told what in the contract does not go together. */
export function contractClock(time: ContractTime, rules: TimeRules, wrong: (message: string) => void): Clock {
  const { path, style, zone } = time
  const told = zone === undefined ? undefined : offset(zone)
  if (rules.offsets === 'assumed') return clock(path, style, orElse(told, assumed(rules, wrong)))
  const read = clock(path, style, told)
  if (rules.offsets === 'local') return read
  if (style !== 'iso' && !told)
    wrong(`has no offset in the style "${style}", and time.offsets says that there must be one: name its "zone"`)
  return {
    from: read.from,
    read: (item, context) => {
      const moment = read.read(item, context)
      if (moment && (moment.offset === undefined || (style !== 'iso' && moment.utc)))
        throw new Unreadable(zone ?? path, `${path} tells no offset, and the contract asks for one`)
      return moment
    },
  }
}

/** Where a day is that tells only its date. */
export function contractZone(
  path: string | undefined,
  rules: TimeRules,
  wrong: (message: string) => void,
): OffsetOf | undefined {
  const told = path === undefined ? undefined : offset(path)
  return rules.offsets === 'assumed' ? orElse(told, assumed(rules, wrong)) : told
}

function assumed({ zone }: TimeRules, wrong: (message: string) => void): OffsetOf {
  if (zone === undefined) wrong('needs time.zone, as time.offsets is "assumed": an IANA zone like Europe/Berlin')
  else if (offsetOfText(zone, 0, false) === undefined) wrong('is read in time.zone, which is no IANA zone')
  return { from: [], read: (_, __, at, wall) => (zone === undefined ? undefined : offsetOfText(zone, at, wall)) }
}
const orElse = (told: OffsetOf | undefined, otherwise: OffsetOf): OffsetOf =>
  told
    ? {
        from: told.from,
        read: (item, context, at, wall) =>
          told.read(item, context, at, wall) ?? otherwise.read(item, context, at, wall),
      }
    : otherwise
