/** Longer ones nobody can read. */
const LONGEST = 500

/** What keeps a pattern from being used. */
export function patternProblem(source: string): string | undefined {
  if (source.length > LONGEST) return `is a pattern of more than ${LONGEST} characters`
  try {
    new RegExp(source, 'u')
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return 'is not a regular expression (of ECMAScript, with the flag u)'
  }
  return undefined
}
