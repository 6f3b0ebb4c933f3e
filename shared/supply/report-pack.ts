import type { RecordProblem } from './problem.ts'

/** How many records name how many problems differs little from batch to batch; which problems there are does hardly. */
interface Packed {
  /** Each problem once. */
  is: RecordProblem[]
  /** [place of the record, numbers of its problems…] */
  of: number[][]
}

/** The problems of a piece as its row keeps them: a batch that is wrong throughout is wrong in the same few ways. */
export function packProblems(problems: ReadonlyMap<number, RecordProblem[]>): string {
  if (problems.size === 0) return ''
  const numbers = new Map<string, number>()
  const packed: Packed = { is: [], of: [] }
  for (const [place, list] of problems)
    packed.of.push([
      place,
      ...list.map((problem) => {
        const key = JSON.stringify([problem.pointer, problem.rule, problem.expected, problem.kind])
        const known = numbers.get(key)
        if (known !== undefined) return known
        numbers.set(key, packed.is.length)
        return packed.is.push(problem) - 1
      }),
    ])
  return JSON.stringify(packed)
}

export function unpackProblems(text: string): Map<number, RecordProblem[]> {
  if (text === '') return new Map()
  const { is, of } = JSON.parse(text) as Packed
  return new Map(of.map(([place, ...numbers]) => [place!, numbers.map((number) => is[number]!)]))
}
