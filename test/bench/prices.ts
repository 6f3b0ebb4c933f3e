/**
 * The platform's list prices in US dollars, Workers paid plan, beyond what the plan includes. `docs/cost.md` holds the same
 * numbers for people, with their source; a test keeps the two equal.
 */
export const PRICES = {
  'Worker requests': 0.3,
  'Worker CPU milliseconds': 0.02,
  'Durable Object requests': 0.15,
  'Durable Object duration, GB-s': 12.5,
  'Durable Object rows read': 0.001,
  'Durable Object rows written': 1,
  'Queue operations': 0.4,
  'R2 class A operations': 4.5,
  'R2 class B operations': 0.36,
  'D1 rows read': 0.001,
  'D1 rows written': 1,
} as const
/** Per GB and month. */
export const STORAGE_PRICES = { 'Durable Object storage': 0.2, 'R2 storage': 0.015, 'D1 storage': 0.75 } as const

/** A Durable Object is billed for this much memory, whatever it uses. */
export const OBJECT_GB = 0.128
/** A message is written, read and deleted. */
export const OPERATIONS_PER_MESSAGE = 3

export type Priced = keyof typeof PRICES
/** What one event uses of each priced thing. */
export type Usage = Partial<Record<Priced, number>>

/** Dollars per million events: usage of one event × price of a million. */
export const dollarsPerMillion = (usage: Usage): number =>
  Object.entries(usage).reduce((sum, [what, amount]) => sum + amount * PRICES[what as Priced], 0)

/** Between one destination and two: what `destinations` of them use. */
export const withDestinations = (one: Usage, two: Usage, destinations: number): Usage =>
  Object.fromEntries(
    (Object.keys(one) as Priced[]).map((what) => {
      const first = one[what] ?? 0
      return [what, first + (destinations - 1) * ((two[what] ?? first) - first)]
    }),
  )
