import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { build } from 'esbuild'
import { Hono } from 'hono'
import { systemClock } from '../../shared/sdk/producer/clock.ts'
import { strap } from '../../workers/stream/strap.tsx'
import { StreamServer } from '../doubles/stream-server.ts'
import { streamSockets } from '../doubles/stream-sockets.ts'

const ROOT = join(import.meta.dirname, '../..')
const ASSETS = {
  fetch: async (request: Request) =>
    new Response(readFileSync(join(ROOT, '.fascia/assets', new URL(request.url).pathname)), {
      headers: { 'content-type': 'text/javascript' },
    }),
}

/** The page, sent as the Worker sends it, beside the double of the streaming server. */
export async function serveStrap() {
  const app = new Hono().route('/stream', strap as unknown as Hono)
  const http = createServer(async (request, response) => {
    const answer = await app.fetch(new Request(`http://${request.headers.host}${request.url}`), { ASSETS })
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  const server = new StreamServer(systemClock)
  const sockets = streamSockets(http, server)
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    server,
    sockets,
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    stop: async () => {
      sockets.stop()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

/** A script that gives a page `navigator.bluetooth` with one strap, which is `fakeStrap` there. */
export async function fakeBluetooth(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      resolveDir: join(import.meta.dirname, '../doubles'),
      loader: 'ts',
      contents: `
        import { FakeStrap } from './bluetooth.ts'
        const fakeStrap = new FakeStrap()
        Object.assign(globalThis, { fakeStrap, isBluetoothOn: true })
        const requestDevice = async () => {
          if (!globalThis.isChosen) throw new DOMException('User cancelled the requestDevice() chooser.', 'NotFoundError')
          return fakeStrap.device
        }
        const getAvailability = async () => globalThis.isBluetoothOn
        Object.defineProperty(navigator, 'bluetooth', { value: { requestDevice, getAvailability }, configurable: true })
      `,
    },
    bundle: true,
    format: 'iife',
    write: false,
  })
  return outputFiles[0]!.text
}
