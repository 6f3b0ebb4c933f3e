/** Run as they are, with Node 22 or newer; docs/streaming.md has the same, and a test runs them from there. */
export const CONSUMER = `const { FASCIA_URL, DEV_ID, API_KEY } = process.env
const headers = { 'dev-id': DEV_ID, 'x-api-key': API_KEY }
let after // the seq of the last frame that you have dealt with; keep it where it outlives the process

async function consume() {
  const { token } = await (await fetch(\`\${FASCIA_URL}/auth/developer\`, { method: 'POST', headers })).json()
  const socket = new WebSocket(\`\${FASCIA_URL.replace('http', 'ws')}/connect\${after ? \`?after=\${after}\` : ''}\`)
  let beating
  socket.onmessage = ({ data }) => {
    const { op, d, uid, seq, t } = JSON.parse(data)
    if (op === 2) {
      beating = setInterval(() => socket.send('{"op":0}'), d.heartbeat_interval)
      socket.send(JSON.stringify({ op: 3, d: { type: 1, token } }))
    }
    if (op === 4 && d?.dropped) console.error('some frames are not kept any more; the earliest is', d.from)
    if (op === 5) console.log((after = seq), uid, t, JSON.stringify(d))
  }
  socket.onclose = ({ code, reason }) => {
    clearInterval(beating)
    console.error('closed', code, reason)
    again()
  }
}
const again = () => setTimeout(() => consume().catch(again), 1_000 + 4_000 * Math.random())
await consume()`

export const PRODUCER = `const { FASCIA_URL, DEV_ID, API_KEY, USER_ID } = process.env
const headers = { 'dev-id': DEV_ID, 'x-api-key': API_KEY }
const asked = await fetch(\`\${FASCIA_URL}/auth/user?id=\${USER_ID}\`, { method: 'POST', headers })
const { token } = await asked.json()

const socket = new WebSocket(\`\${FASCIA_URL.replace('http', 'ws')}/connect\`)
const send = (frame) => socket.send(JSON.stringify(frame))
const beat = () => send({ op: 6, t: 'HEART_RATE', d: { ts: new Date().toISOString(), val: 60 + Math.round(20 * Math.random()) } })
socket.onmessage = ({ data }) => {
  const { op, d } = JSON.parse(data)
  if (op === 2) {
    setInterval(() => send({ op: 0 }), d.heartbeat_interval)
    send({ op: 3, d: { type: 0, token } })
  }
  if (op === 4) setInterval(beat, 1_000)
}
socket.onclose = ({ code, reason }) => {
  console.error('closed', code, reason)
  process.exit(1)
}`

export const CORE = `import { Producer } from './shared/sdk/producer/producer.ts'

const { FASCIA_URL, DEV_ID, API_KEY, USER_ID } = process.env
const headers = { 'dev-id': DEV_ID, 'x-api-key': API_KEY }
const producer = new Producer({
  url: \`\${FASCIA_URL.replace('http', 'ws')}/connect\`,
  // Of a phone: ask your own backend, which holds the key.
  token: async () => {
    const answer = await fetch(\`\${FASCIA_URL}/auth/user?id=\${USER_ID}\`, { method: 'POST', headers })
    return (await answer.json()).token
  },
})
producer.on('state', (state) => console.error(state.kind))
producer.on('dropped', ({ frames }) => console.error('no room for', frames))
await producer.start()
for (const val of [61, 62, 64]) producer.submit('HEART_RATE', { val })
producer.report({ connected: true, device_id: 'strap-1', source: 'BLE' })
const { waiting } = await producer.close()
console.log('acknowledged', producer.counts.acknowledged, 'left', waiting)`
