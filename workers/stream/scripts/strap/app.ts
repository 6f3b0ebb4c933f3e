import { Producer } from '../../../../shared/sdk/producer/producer.ts'
import type { HeartRateMeasurement } from '../../../../shared/sdk/strap/heart-rate-measurement.ts'
import { samplesOf } from '../../../../shared/sdk/strap/samples.ts'
import { addSample, newSeries } from '../../../pages/scripts/chart/series.ts'
import type { Pairing } from './pairing.ts'
import type { Source } from './sources.ts'
import type { View } from './view.ts'
import { OFF_SKIN, wordsOf } from './words.ts'

/** A strap speaks each second. */
const STALE_MS = 5_000
const NOTHING = { sent: 0, acknowledged: 0, waiting: 0, dropped: 0 }

interface Stream {
  /** A newer one of the same person takes its place; one of somebody else is another stream's. */
  pairing: Pairing
  producer: Producer
}

/** What the page knows: who it streams for, from what, and how far that is. */
export class App {
  private pairing: Pairing | undefined
  private source: Source | undefined
  private sourceLine = ''
  private stream: Stream | undefined
  private rates = newSeries()
  private link = { connected: false, reason: undefined as string | undefined }
  private readonly view: View
  private readonly url: string

  constructor(view: View, url: string) {
    this.view = view
    this.url = url
  }

  get isRunning(): boolean {
    return this.source !== undefined
  }
  /** What would be lost with the page. */
  get hasUnsent(): boolean {
    const producer = this.stream?.producer
    // What is under way on an open socket arrives without us.
    return producer !== undefined && producer.state.kind !== 'live' && producer.counts.waiting > 0
  }

  async pair(pairing: Pairing | undefined): Promise<void> {
    this.pairing = pairing
    this.view.pairing(pairing)
    // A token that was refused is followed by another, and what waits is sent with it; but never as somebody else's.
    if (this.stream && pairing?.name !== undefined && pairing.name === this.stream.pairing.name) {
      this.stream.pairing = pairing
      return this.stream.producer.start()
    }
    await this.endStream()
    this.beginStream()
  }

  use(source: Source): void {
    this.source = source
    this.rates = newSeries()
    this.view.counts(NOTHING)
    this.showSource()
    this.beginStream()
  }
  async stop(): Promise<void> {
    this.source?.stop()
    this.source = undefined
    this.view.source(undefined)
    this.view.rate(undefined)
    this.view.trouble(undefined)
    await this.endStream()
  }

  measured(measurement: HeartRateMeasurement): void {
    const now = Date.now()
    const { bpm, contact } = measurement
    this.sourceLine = contact === false ? OFF_SKIN : this.link.connected ? 'linked' : this.sourceLine
    if (contact === false || bpm === 0) this.view.stale()
    else {
      this.view.rate(bpm)
      addSample(this.rates, now, bpm)
    }
    if (!this.view.isSmooth) this.view.curve(this.rates, now)
    for (const [type, sample] of samplesOf(measurement, now)) this.stream?.producer.submit(type, sample)
    if (this.source) this.showSource()
  }
  linked(connected: boolean, reason?: string): void {
    this.link = { connected, reason }
    this.sourceLine = connected ? 'linked' : `looking for it: ${reason}`
    if (!connected) this.view.stale()
    this.report()
    if (this.source) this.showSource()
  }

  /** As time goes by. */
  tick(): void {
    const now = Date.now()
    if (this.view.isSmooth) this.view.curve(this.rates, now)
    if (this.source && now - (this.rates.latest?.at ?? now) > STALE_MS) this.view.stale()
    if (this.stream) this.view.state(wordsOf(this.stream.producer.state, now))
  }
  /** The network is back, or the page is looked at again. */
  wake(): void {
    this.stream?.producer.wake()
  }

  private beginStream(): void {
    if (!this.pairing || !this.source || this.stream) return
    const stream: Stream = {
      pairing: this.pairing,
      producer: new Producer({ url: this.url, token: () => stream.pairing.token }),
    }
    const { producer } = stream
    this.stream = stream
    producer.on('state', (state) => this.view.state(wordsOf(state, Date.now())))
    producer.on('progress', (counts) => this.view.counts(counts))
    producer.on('state', (state) => {
      // Of no use any more; the form for another is shown beside the reason.
      if (state.kind === 'stopped' && state.error?.code === 4001) this.view.pairing(undefined)
    })
    this.report()
    void producer.start()
  }
  private async endStream(): Promise<void> {
    if (!this.stream) return
    const { producer } = this.stream
    this.stream = undefined
    producer.report({ connected: false, reason: 'stopped by the person' })
    const { waiting } = await producer.close()
    if (waiting > 0) this.view.trouble(`${waiting} samples could not be sent before it was stopped.`)
  }
  private report(): void {
    const { source, link } = this
    this.stream?.producer.report({
      connected: link.connected,
      ...(source && { device_id: source.name, source: source.isSimulated ? 'simulator' : 'web bluetooth' }),
      ...(link.reason && { reason: link.reason }),
    })
  }
  private showSource(): void {
    const { name, isSimulated } = this.source!
    this.view.source({ name, isSimulated, line: isSimulated ? 'computed in this browser' : this.sourceLine })
  }
}
