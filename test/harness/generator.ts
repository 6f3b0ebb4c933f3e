import { garminDay } from '../doubles/providers/garmin-days.ts'
import type { Ledger } from './ledger.ts'

const DAYS = ['2026-07-01', '2026-07-02', '2026-07-03', '2026-07-04', '2026-07-05']
const RESEND_MS = 100
/** A source: pushes of several people, each person's next one only after the last was taken; not taken is sent again. */
export class Generator {
  private running = false
  private givenUp = false
  private loops: Promise<void>[] = []
  /** Requests that wait for an answer. */
  open = 0
  private readonly ledger: Ledger
  private readonly accounts: string[][]
  private readonly ingestUrl: () => string
  private readonly pauseMs: () => number

  /** `groups`: accounts that share a push. */
  constructor(ledger: Ledger, groups: string[][], ingestUrl: () => string, pauseMs: () => number = () => 5) {
    this.ledger = ledger
    this.accounts = groups
    this.ingestUrl = ingestUrl
    this.pauseMs = pauseMs
  }
  start(): void {
    this.running = true
    this.loops = this.accounts.map((group, i) => this.loop(group, i))
  }
  /** Resolves when the last push was taken. */
  async stop(): Promise<void> {
    this.running = false
    await Promise.all(this.loops)
  }

  /** Falls silent: what was not taken is never sent again, and owed by nobody. */
  abandon(): Promise<void> {
    this.givenUp = true
    return this.stop()
  }

  private async loop(group: string[], offset: number): Promise<void> {
    for (let round = offset; this.running; round++) {
      await this.push(group, round)
      await new Promise((resolve) => setTimeout(resolve, this.pauseMs()))
    }
  }
  /** Written down first, then sent until it is taken, as providers do. */
  private async push(group: string[], round: number): Promise<void> {
    const markers: number[] = []
    const items = group.map((account) => {
      const marker = this.ledger.nextMarker()
      markers.push(marker)
      // Two of three contents are records of their own; the others are newer contents of a day.
      const item = round % 3 !== 0 ? workout(account, marker) : daily(account, marker, DAYS[(round / 3) % DAYS.length]!)
      this.ledger.willSend({ marker, account, record: item.record })
      return item
    })
    const body = JSON.stringify(
      round % 3 !== 0 ? { activities: items.map((item) => item.data) } : { dailies: items.map((item) => item.data) },
    )
    while (!this.givenUp) {
      if (await this.send(body)) return this.ledger.acked(markers)
      await new Promise((resolve) => setTimeout(resolve, RESEND_MS))
    }
  }
  private async send(body: string): Promise<boolean> {
    this.open++
    try {
      const headers = { 'content-type': 'application/json', 'garmin-client-id': 'harness' }
      const response = await fetch(this.ingestUrl(), {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.timeout(15_000),
      })
      await response.text()
      return response.ok
    } catch {
      // No answer: it may have been taken or not. The same push again is the same payload.
      return false
    } finally {
      this.open--
    }
  }
}

function daily(account: string, marker: number, day: string) {
  const [data] = garminDay(account, day).dailies
  return {
    record: `${account} daily ${day}`,
    data: { ...data, consumedCalories: undefined, steps: marker, distanceInMeters: marker * 2 + 1 },
  }
}
function workout(account: string, marker: number) {
  return {
    record: `${account} activity ${marker}`,
    data: {
      userId: account,
      userAccessToken: 'sandbox-token',
      summaryId: String(marker),
      activityId: marker,
      activityName: `marker-${marker}`,
      activityType: 'RUNNING',
      startTimeInSeconds: 1_782_900_000 + (marker % 100_000) * 60,
      startTimeOffsetInSeconds: 7_200,
      durationInSeconds: 1_800,
      steps: marker,
      distanceInMeters: marker * 2 + 1,
    },
  }
}
