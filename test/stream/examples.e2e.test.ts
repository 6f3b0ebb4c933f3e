import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { document, npm, serve } from '../local/spawned.ts'

/** The scripts of docs/streaming.md, run as they stand there. */
const ROOT = join(import.meta.dirname, '../..')
const [CONSUMER, PRODUCER, CORE] = [
  ...readFileSync(join(ROOT, 'docs/streaming.md'), 'utf8').matchAll(/```js\n([\s\S]*?)\n```/g),
].map(([, code]) => code!)
const PATIENCE = { timeout: 30_000, interval: 100 }

let server: Awaited<ReturnType<typeof serve>>
let headers: Record<string, string>
let env: Record<string, string>
const running: ChildProcess[] = []
beforeAll(async () => {
  server = await serve()
  const made = npm(['run', 'fascia', '--', 'developer', 'create', 'streams', '--json'], { FASCIA_HOME: server.home })
  expect(await made.ended, made.stderr()).toBe(0)
  const { dev_id, api_key } = document<{ dev_id: string; api_key: string }>(made)
  headers = { 'dev-id': dev_id, 'x-api-key': api_key }
  const { token } = await ask<{ token: string }>('POST', '/v2/auth/generateAuthToken')
  const phone = { authorization: `Bearer ${token}` }
  const { user_id } = await ask<{ user_id: string }>('POST', '/v2/stream/phones', phone, { reference_id: 'person-17' })
  env = { FASCIA_URL: server.url, DEV_ID: dev_id, API_KEY: api_key, USER_ID: user_id }
}, 120_000)
afterAll(async () => {
  for (const child of running) child.kill()
  await server?.stop()
})

async function ask<T>(method: string, path: string, more: Record<string, string> = {}, body?: object): Promise<T> {
  const init = { method, headers: { ...headers, ...more }, body: body && JSON.stringify(body) }
  const answer = await fetch(server.url + path, init)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${answer.status} ${text}`)
  return JSON.parse(text) as T
}
/** A script, read from stdin as a person may do it: what it imports is found from the root. */
function run(script: string) {
  const child = spawn(process.execPath, ['--input-type=module'], { cwd: ROOT, env: { ...process.env, ...env } })
  running.push(child)
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => (out += chunk))
  child.stderr.on('data', (chunk) => (err += chunk))
  child.stdin.end(script)
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { child, out: () => out, err: () => err, ended }
}
const values = (out: string) => [...out.matchAll(/"val":(\d+)/g)].map(([, value]) => Number(value))

describe('the scripts of the documentation', () => {
  test('stream from one to the other, and say how it goes', async () => {
    const consumer = run(CONSUMER!)
    const status = () => ask<{ consumers: object[]; producers: number }>('GET', '/v2/stream/status')
    await expect.poll(async () => (await status()).consumers.length, PATIENCE).toBe(1)
    const producer = run(PRODUCER!)
    await expect.poll(() => values(consumer.out()).length, PATIENCE).toBeGreaterThan(1)
    expect(consumer.out()).toMatch(new RegExp(`^\\d+ ${env.USER_ID} HEART_RATE \\{"ts":`))
    producer.child.kill()
    await producer.ended
    await expect.poll(async () => (await status()).producers, PATIENCE).toBe(0)
    const before = values(consumer.out()).length

    const core = run(CORE!)
    expect(await core.ended, core.err()).toBe(0)
    expect(core.out()).toBe('acknowledged 3 left 0\n')
    await expect.poll(() => values(consumer.out()).length, PATIENCE).toBe(before + 3)
    expect(values(consumer.out()).slice(before)).toEqual([61, 62, 64])
    const { users } = await ask<{ users: object[] }>('GET', '/v2/stream/presence')
    expect(users).toMatchObject([{ user_id: env.USER_ID, reference_id: 'person-17', device: { device_id: 'strap-1' } }])
    const seqs = consumer.out().match(/^\d+/gm)!
    expect(seqs.map(Number)).toEqual([...new Set(seqs.map(Number))].sort((a, b) => a - b))
    expect(consumer.err()).toBe('')
  }, 120_000)
})
