import { describe, expect, it } from 'vitest'
import { type CheckName, certify, type Seen, type SeenBatch } from '../../shared/supply/certification.ts'
import { noCounts, type OutcomeCounts } from '../../shared/supply/report.ts'

const NOW = Date.parse('2100-03-01T12:00:00Z')
const DAY = 86_400_000
const batch = (counts: Partial<OutcomeCounts>, more: Partial<SeenBatch> = {}): SeenBatch => ({
  state: 'done',
  received_at: NOW - DAY,
  counts: { ...noCounts(), ...counts },
  ...more,
})
const READY: Seen = {
  batches: [batch({ duplicate: 50 }), batch({ accepted: 57, rejected: 3 }), batch({ accepted: 42, updated: 8 })],
  active: ['sleep@1.0'],
  domain: { name: 'lab.example', proved: true },
}
const failing = (seen: Partial<Seen>): CheckName[] =>
  certify({ ...READY, ...seen }, NOW).checks.flatMap(({ check, passed }) => (passed ? [] : [check]))

describe('a certification run', () => {
  it('passes where the sandbox has seen all that production needs, and says what it saw', () => {
    const { passed, checks } = certify(READY, NOW)
    expect(passed).toBe(true)
    expect(checks.map(({ check, seen, mend }) => [check, seen, mend])).toEqual([
      ['contract_active', '1 active: sleep@1.0', null],
      ['domain_proved', 'lab.example', null],
      ['records_accepted', '107 in 30 days; 100 are needed', null],
      ['batches_valid', '3 of the last 3 with at most 5 % rejected', null],
      ['repetition_seen', '50 records that were sent before', null],
      ['nothing_waits', '0 quarantined in the last 3', null],
    ])
  })
  it.each<[string, Partial<Seen>, CheckName[]]>([
    ['no contract is active', { active: [] }, ['contract_active']],
    ['the domain is not proved', { domain: { name: 'lab.example', proved: false } }, ['domain_proved']],
    ['nothing was sent', { batches: [] }, ['records_accepted', 'batches_valid', 'repetition_seen', 'nothing_waits']],
    [
      'a few records were sent',
      { batches: READY.batches.map((one) => ({ ...one, counts: { ...noCounts(), accepted: 33, duplicate: 1 } })) },
      ['records_accepted'],
    ],
    [
      'one of the last batches is broken',
      { batches: [batch({ accepted: 93, rejected: 7 }), ...READY.batches] },
      ['batches_valid'],
    ],
    ['an older batch is broken', { batches: [...READY.batches, batch({ rejected: 100 })] }, []],
    [
      'nothing was sent twice',
      { batches: READY.batches.map((one) => ({ ...one, counts: { ...noCounts(), accepted: 40 } })) },
      ['repetition_seen'],
    ],
    [
      'records wait in quarantine',
      { batches: [batch({ accepted: 9, quarantined: 1 }), ...READY.batches] },
      ['nothing_waits'],
    ],
    [
      'batches are under way or came to nothing',
      { batches: READY.batches.map((one, i) => ({ ...one, state: ['processing', 'refused', 'failed'][i]! })) },
      ['records_accepted', 'batches_valid', 'repetition_seen', 'nothing_waits'],
    ],
    [
      'all is long ago',
      { batches: READY.batches.map((one) => ({ ...one, received_at: NOW - 30 * DAY })) },
      ['records_accepted', 'batches_valid', 'repetition_seen', 'nothing_waits'],
    ],
    ['the last batches were empty', { batches: [batch({}), ...READY.batches] }, ['batches_valid']],
  ])('tells what is missing where %s', (_, seen, missing) => {
    expect(failing(seen)).toEqual(missing)
    for (const { passed, mend } of certify({ ...READY, ...seen }, NOW).checks) expect(mend === null).toBe(passed)
  })
})
