import type { Environment } from './document.ts'

/** What a supplier’s stream is given by, beside its credential: with each of them it ends. */
export const grantOfEnvironment = (supplierId: string, environment: Environment): string =>
  `${supplierId}/${environment}`
export const grantOfSubject = (userId: string): string => `consent/${userId}`
