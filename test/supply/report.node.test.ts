import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { problem as problemOf, type RecordProblem } from '../../shared/supply/problem.ts'
import {
  countCodes,
  lastLineOf,
  linesOf,
  mayHold,
  OUTCOME_CODES,
  OUTCOME_NAMES,
  OUTCOMES,
  type OutcomeCode,
  type ReportFilter,
  type ReportLine,
  type ReportPiece,
  recode,
  sumOf,
} from '../../shared/supply/report.ts'
import { packProblems, unpackProblems } from '../../shared/supply/report-pack.ts'
import { reportPage, reportStream } from '../../shared/supply/report-stream.ts'

const TYPE = problemOf('/start', 'type', 'a string', 'number')
const UNKNOWN = problemOf('/subject', 'unknown_subject', 'a subject that is registered', 'text')
const PIECES: ReportPiece[] = [
  { firstLine: 1, codes: 'audra', problems: new Map([[3, [TYPE]]]) },
  { firstLine: 6, codes: 'aq', problems: new Map([[1, [UNKNOWN]]]) },
  { firstLine: 8, codes: 'aaa', problems: new Map() },
]
const reader =
  (pieces: ReportPiece[], most: number, asked: number[] = []) =>
  async (after: number) => {
    asked.push(after)
    return pieces.filter((piece) => lastLineOf(piece) > after).slice(0, most)
  }
const all = (pieces: ReportPiece[], filter: ReportFilter) => pieces.flatMap((piece) => [...linesOf(piece, filter)])
async function streamed(stream: ReadableStream<Uint8Array>): Promise<ReportLine[]> {
  const text = await new Response(stream).text()
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ReportLine)
}

describe('the lines of a report', () => {
  it('tell what became of each record, and why', () => {
    expect(all(PIECES, {}).slice(2, 7)).toEqual([
      { line: 3, outcome: 'duplicate' },
      { line: 4, outcome: 'rejected', problems: [TYPE] },
      { line: 5, outcome: 'accepted' },
      { line: 6, outcome: 'accepted' },
      { line: 7, outcome: 'quarantined', problems: [UNKNOWN] },
    ])
  })
  it.each([
    [{ outcomes: ['rejected', 'quarantined'] }, [4, 7]],
    [{ rule: 'unknown_subject' }, [7]],
    [{ rule: 'required' }, []],
    [{ fromLine: 5, toLine: 8 }, [5, 6, 7, 8]],
    [{ fromLine: 5, outcomes: ['accepted'] }, [5, 6, 8, 9, 10]],
    [{ toLine: 2 }, [1, 2]],
    [{ outcomes: [] }, []],
  ] satisfies [ReportFilter, number[]][])('that %j wants are found', (filter, lines) => {
    expect(all(PIECES, filter).map(({ line }) => line)).toEqual(lines)
  })
})

const code = fc.constantFrom(...OUTCOME_CODES)
const problem: fc.Arbitrary<RecordProblem> = fc
  .tuple(
    fc.constantFrom('', '/a', '/a/0'),
    fc.constantFrom('type', 'required', 'no_consent'),
    fc.constantFrom('a string', 'at most 3'),
    fc.constantFrom('number' as const, 'null' as const),
  )
  .map((parts) => problemOf(...parts))
/** Pieces in a row, whose problems stand at records that have some. */
const pieces: fc.Arbitrary<ReportPiece[]> = fc
  .array(fc.array(fc.tuple(code, fc.array(problem, { minLength: 1, maxLength: 3 })), { minLength: 1, maxLength: 20 }), {
    maxLength: 8,
  })
  .map((list) => {
    let firstLine = 1
    return list.map((records) => {
      const codes = records.map(([letter]) => letter).join('')
      const troubled = records.flatMap(([letter, found], place) =>
        'rq'.includes(letter) ? [[place, found] as const] : [],
      )
      const piece = { firstLine, codes, problems: new Map(troubled) }
      firstLine += codes.length
      return piece
    })
  })
const filter: fc.Arbitrary<ReportFilter> = fc.record(
  {
    outcomes: fc.subarray(OUTCOME_NAMES),
    rule: fc.constantFrom('type', 'required', 'no_consent', 'another'),
    fromLine: fc.integer({ min: 1, max: 100 }),
    toLine: fc.integer({ min: 1, max: 100 }),
  },
  { requiredKeys: [] },
)

describe('a report', () => {
  it('is the same in pages of any size, and as a stream', async () => {
    await fc.assert(
      fc.asyncProperty(
        pieces,
        filter,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 3 }),
        async (...given) => {
          const [list, wanted, limit, most] = given
          const expected = all(list, wanted)
          const paged: ReportLine[] = []
          for (let after: number | null = 0; after !== null; ) {
            const page: { lines: ReportLine[]; next: number | null } = await reportPage(reader(list, most), wanted, {
              after,
              limit,
            })
            expect(page.lines.length).toBeLessThanOrEqual(limit)
            paged.push(...page.lines)
            after = page.next
          }
          expect(paged).toEqual(expected)
          expect(await streamed(reportStream(reader(list, most), wanted))).toEqual(expected)
        },
      ),
    )
  })
  it('may pass over a piece only where a filter wants nothing of it', () => {
    fc.assert(
      fc.property(pieces, filter, (list, wanted) => {
        for (const piece of list) {
          const looked = { ...piece, hasProblems: piece.problems.size > 0 }
          if (!mayHold(looked, wanted)) expect([...linesOf(piece, wanted)]).toEqual([])
        }
      }),
    )
  })
  it('keeps its problems through packing', () => {
    fc.assert(
      fc.property(pieces, (list) => {
        for (const { problems } of list) expect(unpackProblems(packProblems(problems))).toEqual(problems)
      }),
    )
  })
  it('that is wrong throughout in the same way takes little room', () => {
    const problems = new Map(
      Array.from({ length: 2_000 }, (_, place) => [place, Array.from({ length: 10 }, () => TYPE)]),
    )
    expect(packProblems(problems).length).toBeLessThan(60_000)
  })
  it('has a last page that says so, also where it is full', async () => {
    const page = await reportPage(reader(PIECES, 1), {}, { after: 0, limit: 10 })
    expect([page.lines.length, page.next]).toEqual([10, null])
    const first = await reportPage(reader(PIECES, 1), {}, { after: 0, limit: 9 })
    expect([first.lines.length, first.next]).toEqual([9, 9])
  })
})

describe('the stream of a report', () => {
  const long = Array.from({ length: 40 }, (_, i) => ({
    firstLine: 1 + i * 2_000,
    codes: 'a'.repeat(2_000),
    problems: new Map<number, RecordProblem[]>(),
  }))
  it('reads no further than its reader has come', async () => {
    const asked: number[] = []
    const stream = reportStream(reader(long, 1, asked), {})
    const taker = stream.getReader()
    expect(asked).toEqual([])
    await taker.read()
    const soon = asked.length
    expect(soon).toBeLessThan(3)
    await taker.read()
    expect(asked.length).toBeLessThan(5)
    await taker.cancel()
    expect(asked.length).toBeLessThan(5)
  })
  it('comes in pieces of some size, and whole', async () => {
    const sizes: number[] = []
    let text = ''
    for await (const chunk of reportStream(reader(long, 3), {})) {
      sizes.push(chunk.length)
      text += new TextDecoder().decode(chunk)
    }
    expect(text.trimEnd().split('\n')).toHaveLength(80_000)
    expect(Math.max(...sizes)).toBeLessThan(70_000)
  })
  it('breaks off where a piece cannot be read, so that half a report is not taken for a whole one', async () => {
    const read = async (after: number) => {
      if (after >= 4_000) throw new Error('the desk does not answer')
      return long.filter((piece) => lastLineOf(piece) > after).slice(0, 1)
    }
    await expect(new Response(reportStream(read, {})).text()).rejects.toThrow('the desk does not answer')
  })
})

describe('another outcome of a record', () => {
  it('changes its letter and the counts, and keeps the sum', () => {
    fc.assert(
      fc.property(fc.array(code, { minLength: 1 }), code, fc.nat(), (letters, is, anywhere) => {
        const codes = letters.join('')
        const place = anywhere % codes.length
        const was = codes[place] as OutcomeCode
        const changed = recode(codes, place, is)
        expect(changed).toHaveLength(codes.length)
        const counts = countCodes(codes)
        counts[OUTCOMES[was]]--
        counts[OUTCOMES[is]]++
        expect(countCodes(changed)).toEqual(counts)
        expect(sumOf(counts)).toBe(codes.length)
      }),
    )
  })
})
