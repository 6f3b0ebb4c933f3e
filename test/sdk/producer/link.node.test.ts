import { describe, expect, test } from 'vitest'
import { stage, vals } from './stage.ts'

const beat = (val: number) => ({ val })

describe('after a cut', () => {
  test('what was not acknowledged is sent again, and is there once', async () => {
    const { clock, server, network, producer } = stage()
    const own = producer()
    await own.start()
    await clock.until(() => own.state.kind === 'live')
    for (let i = 1; i <= 3; i++) own.submit('HEART_RATE', beat(i))
    // All arrive; no acknowledgement comes back.
    await clock.advance(75)
    network.cut(1, 0)
    own.submit('HEART_RATE', beat(4))
    await clock.until(() => own.counts.acknowledged === 4)
    expect(vals(server)).toEqual([1, 2, 3, 4])
    expect(new Set(server.producers).size).toBe(1)
    expect(own.kinds()).toEqual(['connecting', 'live', 'waiting', 'connecting', 'live'])
  })
  test('it connects again with growing waits, of which each is a random part, and says until when', async () => {
    const { clock, network, producer } = stage()
    network.isUp = false
    const own = producer({ limits: { backoffMs: 1_000, backoffMostMs: 8_000 } })
    await own.start()
    await clock.until(() => own.states.filter(({ kind }) => kind === 'waiting').length === 6)
    const waits = own.states.flatMap((state, i) => (state.kind === 'waiting' ? [{ ...state, i }] : []))
    expect(waits[0]).toMatchObject({ code: 1006, reason: 'the connection broke off, or could not be made' })
    const lengths = waits.slice(1).map(({ until }, i) => until - waits[i]!.until - network.latencyMs)
    expect(lengths).toEqual([1_000, 2_000, 4_000, 4_000, 4_000])
  })
  test('the waits begin anew once a connection was stable, and not before', async () => {
    const { clock, network, producer } = stage()
    const own = producer({ limits: { stableMs: 30_000 } })
    await own.start()
    const waitAfter = async (liveMs: number) => {
      await clock.until(() => own.state.kind === 'live')
      await clock.advance(liveMs)
      network.cut()
      return own.state.kind === 'waiting' ? own.state.until - clock.now() : undefined
    }
    expect(await waitAfter(1_000)).toBe(500)
    expect(await waitAfter(1_000)).toBe(1_000)
    expect(await waitAfter(1_000)).toBe(2_000)
    expect(await waitAfter(31_000)).toBe(500)
  })
  test('it waits no longer where the network is back', async () => {
    const { clock, network, producer } = stage()
    network.isUp = false
    const own = producer({ limits: { backoffMs: 60_000 } })
    await own.start()
    await clock.until(() => own.state.kind === 'waiting')
    network.isUp = true
    own.wake()
    await clock.advance(200)
    expect(own.state.kind).toBe('live')
    await clock.advance(3_600_000)
    expect(network.opened).toBe(2)
  })
})

describe('a socket that is dead without being closed', () => {
  test('is found by the missing answer to a heartbeat', async () => {
    const { clock, network, producer } = stage()
    const own = producer({ limits: { ackMs: 5_000 } })
    await own.start()
    await clock.until(() => own.state.kind === 'live')
    network.freeze()
    await clock.until(() => own.state.kind === 'waiting', 30_000)
    expect(own.state).toMatchObject({ code: 1006, reason: expect.stringContaining('no answer to a heartbeat') })
    await clock.until(() => own.state.kind === 'live')
  })
  test('is found at the next heartbeat at the latest', async () => {
    const { clock, network, producer } = stage({ heartbeatMs: 2_000 })
    const own = producer({ limits: { ackMs: 60_000 } })
    await own.start()
    await clock.until(() => own.state.kind === 'live')
    network.freeze()
    await clock.until(() => own.state.kind === 'waiting', 4_100)
  })
  test('is found by the missing acknowledgement of a batch', async () => {
    const { clock, server, network, producer } = stage()
    const own = producer({ random: () => 0.99, limits: { ackMs: 5_000 } })
    await own.start()
    await clock.until(() => own.state.kind === 'live')
    network.freeze()
    own.submit('HEART_RATE', beat(1))
    await clock.until(() => own.state.kind === 'waiting', 6_000)
    await clock.until(() => own.counts.acknowledged === 1)
    expect(vals(server)).toEqual([1])
  })
  test('is found before READY', async () => {
    const { clock, server, producer } = stage()
    server.isMute = true
    const own = producer({ limits: { openMs: 5_000 } })
    await own.start()
    await clock.until(() => own.state.kind === 'waiting', 5_100)
    expect(own.state).toMatchObject({ reason: 'no READY within 5000 ms' })
    server.isMute = false
    await clock.until(() => own.state.kind === 'live')
  })
})

describe('a token', () => {
  test('is asked for anew for each connection, and no sample is lost meanwhile', async () => {
    const { clock, server, network, producer } = stage()
    let asked = 0
    const own = producer({
      token: () =>
        new Promise((resolve) => {
          asked++
          clock.after(4_000, () => resolve(server.token()))
        }),
    })
    void own.start()
    for (let i = 1; i <= 20; i++) {
      own.submit('HEART_RATE', beat(i))
      if (i === 10) network.cut()
      await clock.advance(1_000)
    }
    await clock.until(() => own.counts.acknowledged === 20)
    expect(asked).toBe(2)
    expect(vals(server)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  })
  test('that is refused is followed by a new one, at once', async () => {
    const { clock, server, producer } = stage()
    const tokens = ['st.over', server.token()]
    const own = producer({ token: () => tokens.shift()! })
    await own.start()
    await clock.until(() => own.state.kind === 'live')
    expect(own.kinds()).toEqual(['connecting', 'live'])
  })
  test('that is refused again and again spares the place where it comes from', async () => {
    const { clock, producer } = stage()
    let asked = 0
    const own = producer({ token: () => `st.over-${++asked}` })
    await own.start()
    await clock.advance(120_000)
    expect(own.state.kind).toBe('waiting')
    expect(own.state).toMatchObject({ code: 4001 })
    expect(asked).toBeLessThan(12)
  })
  test('of a pairing is used for every connection; when it is over the producer stops, and goes on with another', async () => {
    const { clock, server, network, producer } = stage()
    let token = server.pairing()
    const own = producer({ token: () => token })
    await own.start()
    await clock.until(() => own.state.kind === 'live')
    network.cut()
    await clock.until(() => own.state.kind === 'live')
    server.expire(token)
    network.cut()
    await clock.until(() => own.state.kind === 'stopped')
    expect(own.state).toMatchObject({ error: { code: 4001, message: expect.stringContaining('pair anew') } })
    own.submit('HEART_RATE', beat(1))
    token = server.pairing()
    await own.start()
    await clock.until(() => own.counts.acknowledged === 1)
    expect(vals(server)).toEqual([1])
  })
  test.each<[string, () => string | Promise<string>, string]>([
    ['fails', () => Promise.reject(new Error('the backend is away')), 'token() failed: the backend is away'],
    [
      'throws',
      () => {
        throw new Error('signed out')
      },
      'token() failed: signed out',
    ],
    ['gives nothing', () => undefined as never, 'token() failed: it gave no text'],
    ['never answers', () => new Promise(() => {}), 'token() failed: no answer within 20000 ms'],
  ])('is asked for again after a while where token() %s', async (_, failing, reason) => {
    const { clock, server, producer } = stage()
    let asked = 0
    const own = producer({ token: () => (asked++ === 0 ? failing() : server.token()) })
    await own.start()
    await clock.until(() => own.state.kind === 'waiting')
    expect(own.state).toMatchObject({ reason })
    await clock.until(() => own.state.kind === 'live')
    expect(asked).toBe(2)
  })
})

describe('a close code', () => {
  test.each([1000, 1001, 1006, 1011, 1012, 1013, 4000, 4002, 4005, 4999])(
    '%i is followed by a reconnect',
    async (code) => {
      const { clock, server, producer } = stage()
      const own = producer()
      await own.start()
      await clock.until(() => own.state.kind === 'live')
      own.submit('HEART_RATE', beat(1))
      server.closeAll(code, 'for the test')
      await clock.until(() => own.state.kind === 'waiting')
      expect(own.state).toMatchObject({ code, reason: 'for the test' })
      await clock.until(() => own.counts.acknowledged === 1)
      expect(vals(server)).toEqual([1])
    },
  )
  test.each([
    [1003, 'could not read'],
    [1007, 'could not read'],
    [1009, 'limits.batchBytes'],
    [4003, 'one socket per producer'],
    [4004, 'POST /auth/user'],
    [4006, 'among `live`'],
    [4007, 'the host that the reason names'],
  ])('%i stops it with what to mend, and what it has is kept', async (code, mend) => {
    const { clock, server, network, producer } = stage()
    const own = producer()
    await own.start()
    await clock.until(() => own.state.kind === 'live')
    server.closeAll(code, 'the reason')
    await clock.until(() => own.state.kind === 'stopped')
    expect(own.state).toMatchObject({ error: { code, message: expect.stringContaining(mend) } })
    expect(own.state).toMatchObject({ error: { message: expect.stringContaining(`(${code}: the reason)`) } })
    own.submit('HEART_RATE', beat(1))
    await clock.advance(3_600_000)
    expect(network.opened).toBe(1)
    expect(own.counts.waiting).toBe(1)
    await own.start()
    await clock.until(() => own.counts.acknowledged === 1)
  })
  test('4001 is followed by a new token', async () => {
    const { clock, server, network, producer } = stage()
    const own = producer()
    await own.start()
    await clock.until(() => own.state.kind === 'live')
    server.closeAll(4001, 'over')
    await clock.until(() => network.opened === 2)
    await clock.until(() => own.state.kind === 'live')
  })
})

describe('an address', () => {
  test('that is none stops the producer with the reason', async () => {
    const { clock, producer } = stage()
    const own = producer({
      open: () => {
        throw new SyntaxError('the URL is invalid')
      },
    })
    await own.start()
    await clock.until(() => own.state.kind === 'stopped')
    expect(own.state).toMatchObject({ error: { message: 'the socket cannot be opened: the URL is invalid' } })
    // Nothing that was begun for it comes up later.
    await clock.advance(3_600_000)
    expect(own.kinds()).toEqual(['connecting', 'stopped'])
  })
  test('of a server that does not number frames stops it too', async () => {
    const { clock, producer } = stage()
    const sent: string[] = []
    const own = producer({
      open: (_, listener) => {
        clock.after(1, () => listener.received('{"op":2,"d":{"heartbeat_interval":40000}}'))
        clock.after(2, () => listener.received('{"op":4}'))
        return { send: (text) => sent.push(text), close: () => {} }
      },
    })
    await own.start()
    await clock.until(() => own.state.kind === 'stopped')
    expect(own.state).toMatchObject({ error: { message: expect.stringContaining('does not number frames') } })
  })
  test.each(['not JSON', '7', '{"op":2}', '{"op":2,"d":{"heartbeat_interval":0}}'])(
    'of something else that answers %s is tried again',
    async (text) => {
      const { clock, producer } = stage()
      const own = producer({
        open: (_, listener) => {
          clock.after(1, () => listener.received(text))
          return { send: () => {}, close: () => {} }
        },
      })
      await own.start()
      await clock.until(() => own.state.kind === 'waiting', 100)
    },
  )
})
