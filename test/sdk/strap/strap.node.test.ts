import { describe, expect, test } from 'vitest'
import { Strap } from '../../../shared/sdk/strap/strap.ts'
import { FakeStrap } from '../../doubles/bluetooth.ts'
import { FakeClock } from '../../doubles/fake-clock.ts'

function linkTo(device = new FakeStrap()) {
  const clock = new FakeClock()
  const told: unknown[] = []
  const strap = new Strap(
    device.device,
    {
      measured: ({ bpm }) => told.push(bpm),
      linked: (connected, reason) => told.push(reason === undefined ? connected : [connected, reason]),
      garbled: ({ name }) => told.push(name),
    },
    { clock, random: () => 0.5 },
  )
  return { device, clock, told, strap }
}

describe('a strap', () => {
  test('is chosen among those with a heart rate', async () => {
    const { device } = new FakeStrap()
    const asked: unknown[] = []
    const bluetooth = {
      requestDevice: async (options: unknown) => {
        asked.push(options)
        return device
      },
    }
    expect(await Strap.choose(bluetooth)).toBe(device)
    expect(asked).toEqual([{ filters: [{ services: ['heart_rate'] }] }])
  })
  test('tells what it measures', async () => {
    const { device, told, strap } = linkTo()
    await strap.start()
    device.notify(0, 61)
    device.notify(0, 62)
    expect([strap.name, told]).toEqual(['Chest 7', [true, 61, 62]])
  })
  test('is linked again when it was out of reach, as long as that takes, and tells each value once', async () => {
    const { device, clock, told, strap } = linkTo()
    await strap.start()
    device.reachable = false
    device.cut()
    await clock.advance(30_000)
    device.reachable = true
    await clock.until(() => told.at(-1) === true)
    device.notify(0, 70)
    const failures = told.filter((one) => JSON.stringify(one) === '[false,"Connection attempt failed."]').length
    expect(failures).toBeGreaterThan(2)
    expect(failures).toBeLessThan(12)
    expect(told[1]).toEqual([false, 'out of reach, or switched off'])
    expect(told.slice(-2)).toEqual([true, 70])
    expect(device.links).toBe(2)
  })
  test('that says something garbled is listened to further', async () => {
    const { device, told, strap } = linkTo()
    await strap.start()
    device.notify(1, 60)
    device.notify(0, 61)
    expect(told).toEqual([true, 'RangeError', 61])
  })
  test('that cannot be reached at first says so', async () => {
    const { device, strap } = linkTo()
    device.reachable = false
    await expect(strap.start()).rejects.toThrow('Connection attempt failed')
  })
  test('that is stopped is let go, also while it is being linked', async () => {
    const first = linkTo()
    await first.strap.start()
    first.strap.stop()
    await first.clock.advance(60_000)
    expect([first.told, first.device.isListenedTo, first.device.links]).toEqual([[true], false, 1])
    const second = linkTo()
    const started = second.strap.start()
    second.strap.stop()
    await started
    second.device.notify(0, 60)
    expect([second.told, second.device.isListenedTo]).toEqual([[], false])
  })
})
