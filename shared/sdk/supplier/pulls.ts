import type { Caller } from './caller.ts'
import type { NewPull, Pull, PullChange, PulledObject, PulledState } from './wire.ts'

const PATH = '/v2/supplier/pulls'
const pathOf = (pullId: string) => `${PATH}/${encodeURIComponent(pullId)}`

/** Objects of your bucket, fetched as they are written: each becomes a batch. */
export class Pulls {
  private readonly caller: Caller

  constructor(caller: Caller) {
    this.caller = caller
  }

  /** Its keys are tried before it is kept. Sent once: `list` tells whether it was taken where no answer came. */
  create(pull: NewPull): Promise<Pull> {
    return this.caller.json({ method: 'POST', path: PATH, body: JSON.stringify(pull), repeatable: false })
  }
  async list(): Promise<Pull[]> {
    return (await this.caller.json<{ pulls: Pull[] }>({ method: 'GET', path: PATH, repeatable: true })).pulls
  }
  get(pullId: string): Promise<Pull> {
    return this.caller.json({ method: 'GET', path: pathOf(pullId), repeatable: true })
  }
  change(pullId: string, change: PullChange): Promise<Pull> {
    return this.caller.json({ method: 'PATCH', path: pathOf(pullId), body: JSON.stringify(change), repeatable: true })
  }
  delete(pullId: string): Promise<void> {
    return this.caller.json({ method: 'DELETE', path: pathOf(pullId), repeatable: true })
  }
  /** Now, whenever it was due. `failed`: objects that failed are tried again. `all`: also what is remembered no longer. */
  look(pullId: string, { failed = false, all = false }: { failed?: boolean; all?: boolean } = {}): Promise<Pull> {
    const body = JSON.stringify({ failed, all })
    return this.caller.json({ method: 'POST', path: `${pathOf(pullId)}/look`, body, repeatable: true })
  }
  /** All that were found, the newest first. */
  async *objects(pullId: string, { state }: { state?: PulledState } = {}): AsyncGenerator<PulledObject> {
    let cursor: string | undefined
    do {
      const path = `${pathOf(pullId)}/objects`
      const page = await this.caller.json<{ objects: PulledObject[]; next_cursor: string | null }>({
        ...{ method: 'GET', path, query: { state, cursor, limit: 100 }, repeatable: true },
      })
      yield* page.objects
      cursor = page.next_cursor ?? undefined
    } while (cursor !== undefined)
  }
}
