/** A phone whose screen goes dark puts the page to sleep, and with it the strap: it stays lit while beats come. */
export class Awake {
  private lock: Promise<WakeLockSentinel | undefined> | undefined

  /** Again after the page was hidden: the browser takes it back then. */
  hold(): void {
    this.drop()
    // Not every browser has it, and none gives it with an empty battery: the page works without.
    this.lock = navigator.wakeLock?.request('screen').catch(() => undefined)
  }
  drop(): void {
    void this.lock?.then((lock) => lock?.release())
    this.lock = undefined
  }
}
