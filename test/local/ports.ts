import { createServer } from 'node:net'

/** Listens for a moment. 0: any. → the port, or undefined where another program has it. */
export function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(undefined) : reject(error),
    )
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined))
    })
  })
}

/** The port that is wanted, or a refusal that says what to do. */
export async function requirePort(port: number): Promise<number> {
  const free = await tryPort(port)
  if (free !== undefined) return free
  let other = port + 1
  while (other < 65_535 && (await tryPort(other)) === undefined) other++
  throw new Error(
    `port ${port} is taken by another program; stop it, or choose another port: npm start -- --port ${other}`,
  )
}

/** The port that is wanted, or any. */
export const preferPort = async (port: number): Promise<number> => (await tryPort(port)) ?? (await tryPort(0))!
