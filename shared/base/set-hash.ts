import { sha256 } from './hash.ts'

/**
 * A hash of a set: the sum of the SHA-256 of its members, modulo 2^256. Whoever has the members makes it, in any order, and
 * what two sets differ by is the difference of their hashes.
 */
const MODULUS = 1n << 256n

export const memberHash = (member: string): bigint => BigInt(`0x${sha256(member)}`)
export const plus = (a: bigint, b: bigint): bigint => (a + b) % MODULUS
export const minus = (a: bigint, b: bigint): bigint => (a - b + MODULUS) % MODULUS
/** 64 digits of lower-case hex, and back. */
export const hashText = (hash: bigint): string => hash.toString(16).padStart(64, '0')
export const hashOf = (text: string): bigint => BigInt(`0x${text}`)

/** How a delivery is written as a member of such a set. */
export const deliveryMember = (userId: string, seq: number): string => `${userId}/${seq}`
