import type { Line } from './line.ts'

/** The newest frames, in memory: whoever is up to date reads them from here, and not from the store. */
export class Recent {
  private lines: Line[] = []
  private bytes = 0
  /** Everything after it is here. */
  private from: number
  private readonly mostBytes: number

  constructor(lastSeq: number, mostBytes: number) {
    this.from = lastSeq
    this.mostBytes = mostBytes
  }

  add(lines: Line[]): void {
    for (const line of lines) {
      this.lines.push(line)
      this.bytes += line.text.length
    }
    if (this.bytes <= this.mostBytes) return
    // Half at a time: each cut copies what is left.
    let cut = 0
    while (this.bytes > this.mostBytes / 2 && cut < this.lines.length) this.bytes -= this.lines[cut++]!.text.length
    this.from = this.lines[cut - 1]!.seq
    this.lines = this.lines.slice(cut)
  }

  /** undefined: it begins earlier than what is here. `to`: how far they reach. */
  after(seq: number, mostBytes: number): { lines: Line[]; to: number } | undefined {
    if (seq < this.from) return undefined
    let low = 0
    let high = this.lines.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.lines[middle]!.seq <= seq) low = middle + 1
      else high = middle
    }
    let end = low
    for (let bytes = 0; end < this.lines.length && bytes < mostBytes; end++) bytes += this.lines[end]!.text.length
    const lines = this.lines.slice(low, end)
    return { lines, to: lines.at(-1)?.seq ?? seq }
  }

  forget(uid: string): void {
    this.lines = this.lines.filter((line) => line.uid !== uid)
    this.bytes = this.lines.reduce((sum, line) => sum + line.text.length, 0)
  }
}
