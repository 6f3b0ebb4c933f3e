import type { DataType } from '../data-types.ts'
import { inOrder, type PersonRecord } from './merge-sections.ts'
import type { MergeRules } from './rules.ts'
import { type Span, shared, spanOf } from './times.ts'

interface Member extends PersonRecord {
  span: Span | undefined
  isNap: boolean | undefined
}
export interface Session {
  /** The best source's record, and those that may fill what it lacks. */
  records: PersonRecord[]
  /** The same session, but they tell of too little of it, or are further parts of one source. */
  overlapping: PersonRecord[]
}

/**
 * Sessions of a person: records of different sources that share more than a part of the shorter are one. Better sources
 * come first, so that a further one joins what is there or stands apart, and moves nothing.
 */
export function sessionsOf(type: DataType, records: PersonRecord[], rules: MergeRules): Session[] {
  const groups: Member[][] = []
  for (const one of [...records].sort(inOrder(rules, type, 'metadata'))) {
    const member = { ...one, span: spanOf(one.record), isNap: napOf(one.record) }
    const best = groups
      .map((group) => ({ group, both: nearness(group, member, rules.overlap) }))
      .reduce<{ group: Member[]; both: number } | undefined>((a, b) => (b.both > (a?.both ?? 0) ? b : a), undefined)
    if (best) best.group.push(member)
    else groups.push([member])
  }
  return groups.map((group) => divided(group, rules.overlap))
}

/** How long a record shares the time of another source's in the group; 0: it is none of it. */
function nearness(group: Member[], one: Member, overlap: number): number {
  const known = group.find(({ isNap }) => isNap !== undefined)?.isNap
  if (known !== undefined && one.isNap !== undefined && known !== one.isNap) return 0
  // A source that has the session in parts does not make one of what it tells apart.
  if (group[0]!.source.user_id === one.source.user_id) return 0
  return Math.max(
    0,
    ...group.map((member) => {
      if (!member.span || !one.span || member.source.user_id === one.source.user_id) return 0
      const { both, a, b } = shared(member.span, one.span)
      return both > overlap * Math.min(a, b) ? both : 0
    }),
  )
}

/** A record of ten minutes does not tell what a session of two hours lacks, nor do two parts of one source. */
function divided([base, ...others]: Member[], overlap: number): Session {
  const session: Session = { records: [plain(base!)], overlapping: [] }
  const filling = new Map<string, { member: Member; both: number }>()
  for (const member of others) {
    const { both, a } = shared(base!.span!, member.span!)
    const known = filling.get(member.source.user_id)
    if (both > overlap * a && both > (known?.both ?? 0)) filling.set(member.source.user_id, { member, both })
  }
  for (const member of others) {
    const fills = filling.get(member.source.user_id)?.member === member
    ;(fills ? session.records : session.overlapping).push(plain(member))
  }
  return session
}
const plain = ({ source, record }: Member): PersonRecord => ({ source, record })

const napOf = (record: object): boolean | undefined =>
  (record as { metadata?: { is_nap?: boolean | null } }).metadata?.is_nap ?? undefined
