import { connect as socketTo } from 'node:net'
import { checkServerIdentity, createSecureContext, connect as plainConnect } from 'node:tls'
import { expect, test } from 'vitest'
import { connect } from '../../shared/base/tls-shim.ts'

/** As a database client secures a connection that is open already. */
const asClientsDo = () => ({
  socket: socketTo(1, '127.0.0.1').on('error', () => {}),
  servername: 'db.example',
  rejectUnauthorized: true,
  requestCert: true,
  checkServerIdentity,
  secureContext: createSecureContext(),
  session: undefined,
  isServer: false,
})

test('options that the runtime refuses are left out, so that a client of Node can secure its connection', () => {
  expect(() => plainConnect(asClientsDo())).toThrow(/not implemented/)
  const socket = connect(asClientsDo())
  socket.on('error', () => {})
  expect(socket.servername).toBe('db.example')
  expect(socket.isSessionReused()).toBe(true)
  socket.destroy()
})
test('what would turn verification off is left out as well: it stays on', () => {
  const careless = { ...asClientsDo(), requestCert: false, rejectUnauthorized: false }
  expect(() => plainConnect(careless)).toThrow(/not implemented/)
  const socket = connect(careless)
  socket.on('error', () => {})
  socket.destroy()
})
