import type { AppendedEntry } from './feed.ts'
import type { SealedPayload } from './inbox.ts'

/** What the callers of one commit write together: one inbox row, one feed row. */
export interface Batch {
  accepted: SealedPayload[]
  /** payload_id → number, so that a repetition within the commit is one payload. */
  ids: Map<string, number>
  appended: AppendedEntry[]
  /** Payload numbers whose records are in this commit. */
  done: number[]
  /** Runs once the commit stands: memory follows the disk, never the other way. */
  after: (() => void)[]
}
type Member = { work: (batch: Batch) => unknown; resolve: (value: unknown) => void; reject: (error: unknown) => void }

/** Concurrent callers share one transaction. A member that throws is retried alone, so it takes no other with it. */
export class GroupCommit {
  private waiting: Member[] = []
  private scheduled = false
  private readonly commit: (members: (batch: Batch) => void) => void
  private readonly before: (members: number) => Promise<void>

  /** `commit` runs its argument and the writing of the batch in one transaction. */
  constructor(commit: (members: (batch: Batch) => void) => void, before: (members: number) => Promise<void>) {
    this.commit = commit
    this.before = before
  }

  run<T>(work: (batch: Batch) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ work, resolve: resolve as (value: unknown) => void, reject })
      if (this.scheduled) return
      this.scheduled = true
      void this.flush()
    })
  }

  private async flush() {
    // Callers whose messages are already here join; nobody waits for one that may come.
    await scheduler.wait(0)
    await this.before(this.waiting.length)
    const members = this.waiting
    this.waiting = []
    this.scheduled = false
    try {
      this.together(members)
    } catch (error) {
      if (members.length === 1) members[0]!.reject(error)
      else for (const member of members) this.alone(member)
    }
  }

  private together(members: Member[]) {
    const results: unknown[] = []
    let after: (() => void)[] = []
    this.commit((batch) => {
      for (const member of members) results.push(member.work(batch))
      after = batch.after
    })
    for (const step of after) step()
    members.forEach((member, i) => {
      member.resolve(results[i])
    })
  }
  private alone(member: Member) {
    try {
      this.together([member])
    } catch (error) {
      member.reject(error)
    }
  }
}
