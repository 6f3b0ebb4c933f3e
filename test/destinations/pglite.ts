import { createServer, type Server, type Socket } from 'node:net'
import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

export interface Database {
  db: PGlite
  port: number
  stop: () => Promise<void>
}

/** An embedded PostgreSQL behind a port of its own. It takes one connection at a time, and anybody who knocks. */
export async function startDatabase(): Promise<Database> {
  const db = await PGlite.create()
  const port = await freePort()
  const server = new PGLiteSocketServer({ db, port, host: '127.0.0.1' })
  await server.start()
  return {
    db,
    port,
    stop: async () => {
      await server.stop()
      await db.close()
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await listening(server)
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
const listening = (server: Server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

export interface Between {
  port: number
  /** The next answer of the server is lost: the connection breaks instead. */
  loseNextAnswer: () => void
  stop: () => Promise<void>
}

/** Between a client and the database: loses an answer after the server has done what was asked. */
export async function startBetween(to: number): Promise<Between> {
  const { connect } = await import('node:net')
  let losing = false
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const database = connect(to, '127.0.0.1')
    for (const socket of [client, database]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        client.destroy()
        database.destroy()
      })
    }
    client.on('data', (data) => database.write(data))
    database.on('data', (data) => {
      if (losing) {
        losing = false
        client.destroy()
      } else client.write(data)
    })
  })
  await listening(server)
  return {
    port: (server.address() as { port: number }).port,
    loseNextAnswer: () => {
      losing = true
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
