import { goTo } from './reader.ts'

/** The values of an answer that later requests need. */
export function kept(keep: Record<string, string> | undefined, answer: unknown): Record<string, string> {
  const found = Object.entries(keep ?? {}).map(([name, path]) => [name, goTo(path)(answer)] as const)
  return Object.fromEntries(
    found.flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
    ),
  )
}
