/** JSON that somebody wrote into a form. `what` it is begins the words of what is wrong with it. */
export function readJson(what: string, text: string): { value: unknown } | { error: string } {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { error: `${what} is not JSON: ${whereOf(error as Error)}` }
  }
}
/** Where the parser stopped, without a piece of the text, which may hold data. */
function whereOf({ message }: Error): string {
  const place = /position \d+( \(line \d+ column \d+\))?/.exec(message)?.[0]
  if (place !== undefined) return place
  // Of short texts the parser repeats the text instead of naming the place.
  return /end of JSON/.test(message)
    ? 'it ends too soon'
    : 'names and texts stand in double quotes, and nothing after them but , : ] }'
}

/** Sample records: a JSON array, or a record on each line. */
export function readSamples(text: string): { records: unknown[] } | { error: string } {
  if (text === '') return { error: 'Give one sample record at least: as a JSON array, or one on each line.' }
  const whole = readJson('It', text)
  if ('value' in whole) return { records: Array.isArray(whole.value) ? whole.value : [whole.value] }
  const records: unknown[] = []
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const read = readJson(`Line ${i + 1}`, line)
    if ('error' in read) return read
    records.push(read.value)
  }
  return { records }
}
