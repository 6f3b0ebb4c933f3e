/** What a supplier's own webhook is told. */
export const HOOK_EVENTS = {
  'batch.done': 'every record of a batch has its outcome',
  'batch.refused': 'a batch in strict mode was refused whole',
  'batch.failed': 'a batch could not be read, or not be taken for a day',
  'alert.raised': 'the data are not as the contract promises, a batch waits for a mend of ours, or a pull cannot fetch',
  'alert.cleared': '… and that is over',
  'pull.failing': 'objects of yours cannot be fetched, several times in a row',
  'pull.recovered': '… and can again',
  'quarantine.expired': 'records waited in quarantine for as long as they are kept',
} as const
export type HookEvent = keyof typeof HOOK_EVENTS
export const HOOK_EVENT_NAMES = Object.keys(HOOK_EVENTS) as [HookEvent, ...HookEvent[]]
