import { readFileSync } from 'node:fs'
import type { Comparison } from '../supply/compatibility.ts'
import type { ContractDocument } from '../supply/document.ts'
import type { InferInput, Inferred } from '../supply/infer.ts'
import type { Finding } from '../supply/lint.ts'
import type { Trial } from '../supply/trial.ts'
import { UsageError } from './command.ts'

/** The kit is loaded when a command asks for it: those that speak to a running Fascia do without it. Nothing leaves this machine. */
interface Kit {
  lintContract(given: unknown): Finding[]
  compareContracts(older: ContractDocument, newer: ContractDocument): Comparison
  inferContract(input: InferInput): Inferred
  tryContract(document: ContractDocument, chunks: AsyncIterable<Uint8Array>, now: number): Promise<Trial>
  ContractDocument: { parse(given: unknown): ContractDocument }
  InferInput: typeof InferInput
}
const loaded = async <T>(name: string): Promise<T> =>
  (await import(new URL(`../supply/${name}.ts`, import.meta.url).href)) as T
export async function contractKit(): Promise<Kit> {
  const parts = ['lint', 'compatibility', 'infer', 'trial', 'document']
  return Object.assign({}, ...(await Promise.all(parts.map((name) => loaded<Partial<Kit>>(name))))) as Kit
}

/** A document that can be used; else what is wrong with it is told. */
export function usable({ lintContract, ContractDocument }: Kit, given: unknown, path: string): ContractDocument {
  const errors = lintContract(given).filter(({ level }) => level === 'error')
  if (errors.length > 0) throw new Error(`${path} is not a contract that can be used:\n${findingsText(errors)}`)
  return ContractDocument.parse(given)
}
export const findingsText = (findings: Finding[]): string =>
  findings.map(({ level, pointer, message }) => `  ${level.padEnd(7)}  ${pointer || '/'}  ${message}`).join('\n')

export function bytesOf(path: string): Uint8Array {
  try {
    return readFileSync(path === '-' ? 0 : path)
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : 'unknown'}`)
  }
}
