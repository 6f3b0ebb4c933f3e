/** One JSON line per decision: ids, codes and counts. Never a secret, never a health value. */
export function logLine(what: string, fields: Record<string, string | number | boolean | undefined> = {}): void {
  console.log(JSON.stringify({ what, ...fields }))
}
