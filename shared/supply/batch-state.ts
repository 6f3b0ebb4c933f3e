export const BATCH_STATES = ['receiving', 'queued', 'processing', 'done', 'refused', 'failed', 'cancelled'] as const
export type BatchState = (typeof BATCH_STATES)[number]

/** Nothing more becomes of it. */
export const isEnded = (state: BatchState): boolean => !['receiving', 'queued', 'processing'].includes(state)
