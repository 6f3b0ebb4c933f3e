import type { Words } from '../words.ts'

/** A reason's code in words, or what is a sentence already; a code that nobody has words for is not shown. */
export function whyNot(words: Words, reason: string | null): string {
  const { reasons } = words.result
  if (reason && Object.hasOwn(reasons, reason)) return reasons[reason as keyof typeof reasons]
  return reason?.includes(' ') ? reason : reasons.unknown
}
