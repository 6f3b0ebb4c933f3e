import { expect, test } from 'vitest'
import type { ContractState, Environment } from '../../shared/supply/document.ts'
import { parseContractName, whichContract } from '../../shared/supply/which-contract.ts'

const version = (text: string, state: ContractState) => {
  const [major, minor] = text.split('.').map(Number)
  return { major: major!, minor: minor!, state }
}
const LIFE = [version('1.0', 'deprecated'), version('1.1', 'active'), version('1.2', 'draft'), version('2.0', 'review')]
function asked(name: string, environment: Environment = 'production', versions = LIFE) {
  const chosen = whichContract(versions, parseContractName(name)!, environment)
  return chosen.kind === 'found' ? `${chosen.version.major}.${chosen.version.minor}` : chosen
}

test('a name alone is the newest active version, also in the sandbox', () => {
  expect(asked('labs')).toBe('1.1')
  expect(asked('labs', 'sandbox')).toBe('1.1')
  expect(asked('labs', 'production', [version('1.2', 'active'), version('1.10', 'active')])).toBe('1.10')
})
test('where several majors are active a name alone is ambiguous, and with its major it is not', () => {
  const both = [...LIFE, version('3.0', 'active')]
  expect(asked('labs', 'production', both)).toEqual({ kind: 'ambiguous', majors: [1, 3] })
  expect(asked('labs@3', 'production', both)).toBe('3.0')
})
test('a deprecated version still takes records; what is drafted does in the sandbox only', () => {
  expect(asked('labs@1.0')).toBe('1.0')
  expect(asked('labs@1.2')).toEqual({ kind: 'not_active', states: ['draft'] })
  expect(asked('labs@1.2', 'sandbox')).toBe('1.2')
  expect(asked('labs@2', 'sandbox')).toBe('2.0')
  expect(asked('labs@1.0', 'sandbox', [version('1.0', 'retired')])).toEqual({ kind: 'not_active', states: ['retired'] })
})
test('what is not there is unknown, and what is no name is none', () => {
  expect(asked('labs@9')).toEqual({ kind: 'unknown' })
  for (const text of ['', 'Labs', 'labs@', 'labs@1.', 'labs@1.2.3', 'labs@x', '@1', 'a b']) {
    expect(parseContractName(text)).toBeUndefined()
  }
})
