import type { DataType } from '../../schema/data-types.ts'
import { related, type Unit, unitOfWord } from '../../source/units.ts'
import type { ContractField } from '../document.ts'
import { type Target, targetsOf } from '../reader-table.ts'
import { type Leaf, wordsOf } from './leaves.ts'

/** Words that mean one thing, and words that say nothing of what is measured. */
const MEANS: Record<string, string> = {
  hr: 'heart',
  pulse: 'heart',
  heartrate: 'heart',
  rate: '',
  bpm: '',
  mean: 'avg',
  average: 'avg',
  minimum: 'min',
  lowest: 'min',
  maximum: 'max',
  highest: 'max',
  peak: 'max',
  kcal: 'calories',
  energy: 'calories',
  burned: '',
  step: 'steps',
  count: '',
  spo2: 'saturation',
  oxygen: '',
  o2: '',
  resp: 'breaths',
  respiratory: 'breaths',
  respiration: 'breaths',
  breathing: 'breaths',
  breath: 'breaths',
  hrv: 'hrv',
  total: '',
  data: '',
  value: '',
  summary: '',
  dur: 'duration',
  seconds: '',
  percentage: '',
  pct: '',
}
const NEEDED = 0.66

/** Fields of our schema that a name and a unit tell. A wrong guess is worse than none: only what fits well is taken. */
export function fieldsGuessed(
  type: DataType,
  leaves: Leaf[],
): { fields: Record<string, ContractField>; notes: string[] } {
  const targets = [...targetsOf(type)].filter(([, { kind }]) => kind === 'number' || kind === 'integer')
  const fits = leaves
    .filter(({ values }) => values.every((value) => typeof value === 'number'))
    .flatMap((leaf) => targets.map(([path, target]) => ({ leaf, path, target, score: scoreOf(leaf, path, target) })))
    .filter(({ score }) => score >= NEEDED)
    .sort((a, b) => b.score - a.score || a.path.length - b.path.length)
  const fields: Record<string, ContractField> = {}
  const notes: string[] = []
  const taken = new Set<string>()
  for (const { leaf, path, target } of fits) {
    if (taken.has(leaf.path) || path in fields) continue
    taken.add(leaf.path)
    const unit = unitIn(leaf.path)
    const told = unit && target.unit && unit !== target.unit ? unit : undefined
    fields[path] = { path: leaf.path, ...(told && { unit: told }) }
    notes.push(`${leaf.path} is taken for ${path}${told ? `, in ${told}` : ''}`)
  }
  const left = leaves.filter(({ path }) => !taken.has(path)).map(({ path }) => path)
  if (left.length > 0) notes.push(`nothing is read from ${left.slice(0, 30).join(', ')}${left.length > 30 ? '…' : ''}`)
  return { fields, notes }
}

/** The share of words that both names have. */
function scoreOf({ path }: Leaf, target: string, { unit }: Target): number {
  const own = unitIn(path)
  if (own && unit && own !== unit && !related(own, unit)) return 0
  if (own && !unit) return 0
  const said = meaning(path.split('.').slice(-2).join('_'), own)
  const asked = meaning(target.split('.').at(-1)!, unit)
  // A plain pulse is its average; a minimum has to be called one.
  if (!['avg', 'min', 'max', 'resting', 'std'].some((word) => said.has(word)) && asked.has('avg')) said.add('avg')
  const common = [...said].filter((word) => asked.has(word)).length
  const all = new Set([...said, ...asked]).size
  return common === 0 || all === 0 ? 0 : common / all
}
const meaning = (name: string, unit: string | undefined): Set<string> =>
  new Set(
    wordsOf(name)
      .filter((word) => unit === undefined || (word !== unit.toLowerCase() && unitOfWord(word) !== unit))
      .map((word) => MEANS[word] ?? word)
      .filter((word) => word !== ''),
  )
/** A unit that a name ends with: `weight_lb`. */
function unitIn(path: string): Unit | undefined {
  const word = wordsOf(path.split('.').at(-1)!).at(-1)
  // `hr` at the end is a heart rate more often than an hour.
  return word === undefined || word === 'hr' || word.length > 7 ? undefined : unitOfWord(word)
}
