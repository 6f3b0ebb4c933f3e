/** Columns as wide as their widest cell. */
export function table(head: string[], rows: string[][]): string {
  const all = [head, ...rows]
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)))
  const lines = all.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  )
  return rows.length === 0 ? 'none' : lines.join('\n')
}
/** A page of a longer list, and how to ask for the next. */
export function pageTable(head: string[], rows: string[][], next: string | null): string {
  const list = table(head, rows)
  return next ? `${list}\nmore: --cursor ${next}` : list
}
