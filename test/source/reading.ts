import type { Context, Frame, Item, Reader } from '../../shared/source/reader.ts'

/** Reads outside of a payload: with a record's frame and notes of what was reported. */
export const NIGHT: Frame = {
  startAt: Date.UTC(2026, 5, 30, 21, 50, 7),
  endAt: Date.UTC(2026, 6, 1, 5),
  offset: 7200,
  utc: false,
  baseAt: Date.UTC(2026, 5, 30, 21, 50, 7),
  key: 'night',
}
export const contextOf = (frame: Partial<Frame> = {}, page?: unknown): Context & { reported: string[] } => {
  const reported: string[] = []
  return {
    page,
    carried: undefined,
    parent: undefined,
    frame: { ...NIGHT, ...frame },
    report: (path, reason) => reported.push(`${path}: ${reason}`),
    reported,
  }
}
export const readBy = <T>(
  { read }: Pick<Reader<T>, 'read'>,
  item: Item,
  frame: Partial<Frame> = {},
  page?: unknown,
): T | undefined => read(item, contextOf(frame, page))
