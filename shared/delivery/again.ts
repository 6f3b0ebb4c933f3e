/** What a lane sends again: an event that was parked, or a record of the log for a destination that came later. */
export type Item = { job: number } & (
  | { kind: 'parked'; parked_id: string }
  | { kind: 'record'; type: number; summary_id: string }
)

/** As text, because workers hand it back as they got it. */
export const writeItem = (item: Item): string =>
  item.kind === 'parked' ? `${item.job}.p.${item.parked_id}` : `${item.job}.r.${item.type}.${item.summary_id}`

export function readItem(text: string): Item {
  const [job, kind, first] = text.split('.', 3) as [string, string, string]
  if (kind === 'p') return { job: Number(job), kind: 'parked', parked_id: first }
  const summary_id = text.slice(job.length + kind.length + first.length + 3)
  return { job: Number(job), kind: 'record', type: Number(first), summary_id }
}
