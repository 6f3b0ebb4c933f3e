import { readFileSync } from 'node:fs'
import { UsageError } from './command.ts'

/** A JSON document from a file, or from stdin where it is `-`. */
export function readJson(path: string, what: string): unknown {
  let text: string
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : 'unknown'}`)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(`${path} is not JSON: it holds ${what}`)
  }
}
