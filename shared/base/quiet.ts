/** Ends what nothing is heard of any more; what is long but goes on may take as long as it does. */
export class Quiet {
  private readonly controller = new AbortController()
  private readonly ms: number
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(ms: number) {
    this.ms = ms
    this.heard()
  }
  get signal(): AbortSignal {
    return this.controller.signal
  }
  heard(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.controller.abort(new DOMException('nothing came', 'TimeoutError')), this.ms)
  }
  over(): void {
    clearTimeout(this.timer)
  }
}
