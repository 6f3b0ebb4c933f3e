import { STREAM } from '../../shared/base/limits.ts'
import type { Closing } from '../../shared/streaming/close-codes.ts'
import type { Pushed, Span, Standing } from '../../shared/streaming/types.ts'
import type { Outlet } from './audience.ts'

/** A proxy ends an answer that is silent for a minute or two. */
const ALIVE_MS = 15_000
const encoder = new TextEncoder()

/** Server-sent events. The reader's own pace is felt here: where it has room for nothing more, its cursor waits. */
export class EventOutlet implements Outlet {
  readonly kind = 'events'
  readonly body: ReadableStream<Uint8Array>
  private controller!: ReadableStreamDefaultController<Uint8Array>
  private ended = false
  private at: number | undefined
  private readonly beat: ReturnType<typeof setInterval>

  constructor(gone: () => void) {
    const end = () => {
      this.end()
      gone()
    }
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.controller = controller
        },
        cancel: end,
      },
      new ByteLengthQueuingStrategy({ highWaterMark: STREAM.pushBytes }),
    )
    this.beat = setInterval(() => this.probe(), ALIVE_MS)
    this.write(': here\n\n')
  }
  private end(): void {
    this.ended = true
    clearInterval(this.beat)
  }
  private get full(): boolean {
    return (this.controller.desiredSize ?? 0) <= 0
  }
  private write(text: string): void {
    if (!this.ended) this.controller.enqueue(encoder.encode(text))
  }

  /** That a reader is gone is felt by who writes. */
  probe(): void {
    if (!this.full) this.write(': alive\n\n')
  }
  /** Frames that it wanted are not here any more: what is left begins at `from`. */
  dropped(from: number | undefined): void {
    this.write(`event: dropped\ndata: ${JSON.stringify({ from: from ?? null })}\n\n`)
  }
  async push(frames: string[], span: Span | undefined): Promise<Pushed> {
    if (this.ended) return 'gone'
    this.write(frames.map((frame) => `id: ${seqOf(frame)}\ndata: ${oneLine(frame)}\n\n`).join(''))
    this.at = span?.to ?? this.at
    return this.full ? 'full' : 'sent'
  }
  async standing(): Promise<Standing | undefined> {
    return this.ended ? undefined : { at: this.at, full: this.full }
  }
  async close({ reason }: Closing): Promise<void> {
    if (this.ended) return
    this.write(`: ${reason}\n\n`)
    this.end()
    this.controller.close()
  }
}

const seqOf = (frame: string): string => /"seq":(\d+)/.exec(frame)![1]!
/** A sample may have been written over several lines; between members white space means nothing. */
const oneLine = (frame: string): string => frame.replace(/[\r\n]+/g, ' ')
