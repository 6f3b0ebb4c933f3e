/** The known name that a caller most likely meant, for a refusal that helps; undefined where none is near. */
export function closest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((other) => ({ other, steps: distance(name.toLowerCase(), other.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps)
  const best = ranked[0]
  return best && best.steps <= Math.max(2, Math.ceil(name.length / 3)) ? best.other : undefined
}

/** `unknown setting "RETRY_SHEDULE"; did you mean RETRY_SCHEDULE?` */
export function unknown(what: string, name: string, known: readonly string[]): string {
  const meant = closest(name, known)
  return `unknown ${what} "${name}"; ${meant ? `did you mean ${meant}?` : `there are: ${known.join(', ')}`}`
}

/** Changes of one letter between two words (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}
