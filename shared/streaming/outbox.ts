/**
 * What waits on its way to somebody: at once where nobody is on the way, else together with all that came meanwhile. So it waits
 * no longer than one call takes, and calls grow with the load instead of in number. In order: one call at a time, and where one
 * fails all that waits fails with it.
 */
export class Outbox<T> {
  private waiting: { item: T; size: number; done: PromiseWithResolvers<void> }[] = []
  private sending = false
  private size = 0
  private readonly send: (items: T[]) => Promise<void>
  private readonly most: { call: number; held: number }

  /** `most`: bytes of one call, and of all that may wait. */
  constructor(send: (items: T[]) => Promise<void>, most: { call: number; held: number }) {
    this.send = send
    this.most = most
  }

  /** Fulfilled when it is there; rejected where that failed, or too much waits already. */
  add(item: T, size: number): Promise<void> {
    if (this.size + size > this.most.held) return Promise.reject(new Error('too much waits already'))
    const done = Promise.withResolvers<void>()
    this.size += size
    this.waiting.push({ item, size, done })
    if (!this.sending) void this.run()
    return done.promise
  }

  private async run(): Promise<void> {
    this.sending = true
    while (this.waiting.length > 0) {
      const some = this.take()
      try {
        await this.send(some.map(({ item }) => item))
        for (const { done } of some) done.resolve()
      } catch (error) {
        // What waits behind must not arrive before it.
        some.push(...this.waiting.splice(0))
        for (const { done } of some) done.reject(error)
      }
      for (const { size } of some) this.size -= size
    }
    this.sending = false
  }
  private take() {
    let size = 0
    let end = 0
    while (end < this.waiting.length && (end === 0 || size + this.waiting[end]!.size <= this.most.call))
      size += this.waiting[end++]!.size
    return this.waiting.splice(0, end)
  }
}
