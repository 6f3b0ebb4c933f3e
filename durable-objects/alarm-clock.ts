/** The one alarm of an object, set for whatever is due first; `dueAt`: Infinity where nothing is. */
export class AlarmClock {
  private readonly storage: DurableObjectStorage
  private readonly dueAt: (now: number) => number
  /** No later than this it rings; Infinity: it may not be set. */
  private at = Number.POSITIVE_INFINITY

  constructor(storage: DurableObjectStorage, dueAt: (now: number) => number) {
    this.storage = storage
    this.dueAt = dueAt
  }

  /** Whether something is due before it rings. */
  isLate(dueAt: number | undefined): boolean {
    return !Number.isFinite(this.at) || (dueAt ?? this.at) < this.at
  }
  async arm(): Promise<void> {
    const at = this.dueAt(Date.now())
    if (this.at <= at) return
    this.at = at
    const pending = await this.storage.getAlarm()
    if (pending === null || pending > at) await this.storage.setAlarm(at)
  }
  rang(): void {
    this.at = Number.POSITIVE_INFINITY
  }
}
