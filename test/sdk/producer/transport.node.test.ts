import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket as WsWebSocket } from 'ws'
import { systemClock } from '../../../shared/sdk/producer/clock.ts'
import { Producer } from '../../../shared/sdk/producer/producer.ts'
import { type WebSocketConstructor, webSocket } from '../../../shared/sdk/producer/transport.ts'
import { StreamServer } from '../../doubles/stream-server.ts'
import { streamSockets } from '../../doubles/stream-sockets.ts'

let http: Server
let server: StreamServer
let sockets: ReturnType<typeof streamSockets>
let url: string
beforeEach(async () => {
  http = createServer()
  server = new StreamServer(systemClock)
  sockets = streamSockets(http, server)
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/connect`
})
afterEach(() => {
  sockets.stop()
  http.close()
})

describe('over real sockets', { timeout: 30_000 }, () => {
  test.each([
    ['the WebSocket of the runtime', undefined],
    ['one that is handed in', WsWebSocket as unknown as WebSocketConstructor],
  ])('samples pass, and a cut is got over: %s', async (_, Constructor) => {
    const own = new Producer({
      url,
      token: () => server.token(),
      open: webSocket(Constructor),
      limits: { backoffMs: 20 },
    })
    await own.start()
    for (let val = 0; val < 50; val++) own.submit('HEART_RATE', { val })
    await expect.poll(() => own.counts.acknowledged).toBe(50)
    sockets.cut()
    own.submit('HEART_RATE', { val: 50 })
    await expect.poll(() => own.counts.acknowledged).toBe(51)
    expect(await own.close()).toEqual({ waiting: 0 })
    expect(server.record.map(({ d }) => d.val)).toEqual(Array.from({ length: 51 }, (_, i) => i))
  })
  test('a refusal has its code, and a server that is not there is waited for', async () => {
    const refused = new Producer({ url, token: () => 'st.never' })
    await refused.start()
    await expect.poll(() => refused.state.kind).toBe('stopped')
    expect(refused.state).toMatchObject({ error: { code: 4001 } })
    const away = new Producer({ url: 'ws://127.0.0.1:1/connect', token: () => server.token() })
    await away.start()
    await expect.poll(() => away.state).toMatchObject({ kind: 'waiting', code: 1006 })
    await away.close()
  })
  test('a runtime without WebSocket is told to hand one in', () => {
    expect(() => webSocket(null as never)).toThrow('hand one in')
  })
})

describe('the core', () => {
  test('is bundled for a browser: it needs nothing of Node, and is small', async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: [join(import.meta.dirname, '../../../shared/sdk/producer/producer.ts')],
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      metafile: true,
      write: false,
      logLevel: 'silent',
    })
    const known = /shared\/sdk\/producer|shared\/base\/(limits|time|op-codes)\.ts|fflate/
    expect(Object.keys(metafile.inputs).filter((path) => !known.test(path))).toEqual([])
    expect(outputFiles[0]!.contents.length).toBeLessThan(30_000)
  })
})
