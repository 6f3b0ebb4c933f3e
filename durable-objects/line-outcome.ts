/** What became of a record of a batch: `a`: new · `u`: it changed what was there · `d`: nothing new · `k`: the first content was kept. */
export type LineOutcome = 'a' | 'u' | 'd' | 'k'
/** A line may become several records. */
export type LineOutcomes = { line: number; outcome: LineOutcome }[]
