import { Agent, get } from 'node:http'
import { round } from './statistics.ts'

/** The same runtime's plainest answer, so that the other figures can be read as ratios on this machine. */
export async function hello(url: string, seconds: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const until = performance.now() + seconds * 1000
  let answered = 0
  const lane = async () => {
    while (performance.now() < until) {
      await new Promise<void>((resolve, reject) => {
        get(`${url}/health`, { agent, timeout: 10_000 }, (response) => {
          if (response.statusCode !== 200) reject(new Error(`GET /health answered ${response.statusCode}`))
          response.resume().on('end', resolve)
        })
          .on('error', reject)
          .on('timeout', () => reject(new Error('GET /health was not answered')))
      })
      answered++
    }
  }
  await Promise.all(Array.from({ length: 16 }, lane))
  agent.destroy()
  return { path: '/health', connections: 16, requests_per_second: round(answered / seconds, 0) }
}
