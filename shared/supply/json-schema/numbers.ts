import { kindOf } from '../problem.ts'
import { type Check, fail, type Schema } from './run.ts'

/** Rules for numbers. */
export function numberChecks(schema: Schema): Check[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema as Record<
    string,
    number | undefined
  >
  const checks: Check[] = []
  const add = (rule: string, words: string, holds: (value: number) => boolean) => {
    checks.push((value, run) => holds(value as number) || fail(run, rule, words, kindOf(value)))
  }
  if (minimum !== undefined) add('minimum', `at least ${minimum}`, (value) => value >= minimum)
  if (maximum !== undefined) add('maximum', `at most ${maximum}`, (value) => value <= maximum)
  if (exclusiveMinimum !== undefined)
    add('exclusiveMinimum', `more than ${exclusiveMinimum}`, (value) => value > exclusiveMinimum)
  if (exclusiveMaximum !== undefined)
    add('exclusiveMaximum', `less than ${exclusiveMaximum}`, (value) => value < exclusiveMaximum)
  if (multipleOf !== undefined) add('multipleOf', `a multiple of ${multipleOf}`, multiplesOf(multipleOf))
  return checks
}

/** By decimal digits: 0.3 is a multiple of 0.1, although 0.3 / 0.1 is 2.9999999999999996. */
function multiplesOf(step: number): (value: number) => boolean {
  const whole = Number.isSafeInteger(step)
  const of = decimalOf(step)
  return (value) => {
    if (whole && Number.isSafeInteger(value)) return value % step === 0
    const { digits, power } = decimalOf(value)
    const least = Math.min(power, of.power)
    return (digits * 10n ** BigInt(power - least)) % (of.digits * 10n ** BigInt(of.power - least)) === 0n
  }
}
/** digits × 10^power */
function decimalOf(value: number): { digits: bigint; power: number } {
  const [mantissa, exponent = '0'] = String(value).split('e') as [string, string?]
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?]
  return { digits: BigInt(whole + fraction), power: Number(exponent) - fraction.length }
}
