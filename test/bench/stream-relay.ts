import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/**
 * The limit that the product is measured against: the same protocol with nothing behind it. No token, no store, no order but
 * the order of arrival; each frame of a producer is parsed, written and sent to every consumer. In a process of its own.
 */
const consumers = new Set<WebSocket>()
let seq = 0

const http = createServer()
new WebSocketServer({ server: http, path: '/connect' }).on('connection', (socket) => {
  let uid = ''
  socket.send('{"op":2,"d":{"heartbeat_interval":40000}}')
  socket.on('message', (data) => {
    const frame = JSON.parse(data.toString()) as { op: number; t: string; d: { type: number; token: string } }
    if (frame.op === 0) socket.send('{"op":1}')
    else if (frame.op === 3) {
      if (frame.d.type === 0) uid = frame.d.token
      else consumers.add(socket)
      socket.send('{"op":4}')
    } else if (frame.op === 6) {
      const text = JSON.stringify({ op: 5, uid, seq: ++seq, t: frame.t, d: frame.d })
      for (const consumer of consumers) consumer.send(text)
    }
  })
  socket.on('close', () => consumers.delete(socket))
})
http.listen(0, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` }))
process.on('disconnect', () => process.exit(0))
