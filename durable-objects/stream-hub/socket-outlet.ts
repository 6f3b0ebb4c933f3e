import type { Closing } from '../../shared/streaming/close-codes.ts'
import type { Pushed, Span, Standing } from '../../shared/streaming/types.ts'
import type { Env } from '../env.ts'
import { streamSession } from '../stubs.ts'
import type { Outlet } from './audience.ts'

/** A socket that another object holds. */
export class SocketOutlet implements Outlet {
  readonly kind = 'socket'
  private readonly env: Env
  private readonly session: string
  private readonly socket: string
  constructor(env: Env, session: string, socket: string) {
    this.env = env
    this.session = session
    this.socket = socket
  }
  private get stub() {
    return streamSession(this.env, this.session)
  }
  async push(frames: string[], span: Span | undefined): Promise<Pushed> {
    return this.stub.push(this.socket, frames, span)
  }
  async standing(): Promise<Standing | undefined> {
    return this.stub.standing(this.socket)
  }
  async close({ code, reason }: Closing): Promise<void> {
    await this.stub.close(this.socket, code, reason)
  }
}
