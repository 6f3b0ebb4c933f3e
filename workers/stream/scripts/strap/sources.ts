import { systemClock } from '../../../../shared/sdk/producer/clock.ts'
import type { Bluetooth } from '../../../../shared/sdk/strap/bluetooth.ts'
import type { HeartRateMeasurement } from '../../../../shared/sdk/strap/heart-rate-measurement.ts'
import { Simulator } from '../../../../shared/sdk/strap/simulator.ts'
import { Strap } from '../../../../shared/sdk/strap/strap.ts'
import { BLUETOOTH_OFF, NO_BLUETOOTH } from './words.ts'

/** Where the beats come from. */
export interface Source {
  name: string
  isSimulated: boolean
  stop(): void
}
export interface SourceListener {
  measured(measurement: HeartRateMeasurement): void
  linked(connected: boolean, reason?: string): void
}
/** Something that the words say all about. */
export class Hint extends Error {}

/** Asks for a strap, and links it. */
export async function bluetoothSource(on: SourceListener): Promise<Source> {
  const { bluetooth } = navigator as { bluetooth?: Bluetooth }
  if (!bluetooth) throw new Hint(NO_BLUETOOTH)
  if ((await bluetooth.getAvailability?.()) === false) throw new Hint(BLUETOOTH_OFF)
  const device = await Strap.choose(bluetooth)
  const strap = new Strap(
    device,
    // The next measurement comes within a second; a page of one's own would count these.
    { ...on, garbled: (error) => console.warn(error.message) },
    { clock: systemClock, random: Math.random },
  )
  try {
    await strap.start()
  } catch (error) {
    strap.stop()
    throw error
  }
  return { name: strap.name, isSimulated: false, stop: () => strap.stop() }
}

const EACH_MS = 1_000
/** A page in the background is seldom woken: what it slept through is not made up. */
const MOST_MS = 5_000

/** `effort` from 0 to 1, as it is when it is asked. */
export function simulatedSource(on: SourceListener, effort: () => number): Source {
  const simulator = new Simulator(effort(), Math.random)
  let last = Date.now()
  const measure = () => {
    const now = Date.now()
    simulator.effort = effort()
    on.measured(simulator.next(Math.min(now - last, MOST_MS)))
    last = now
  }
  const timer = setInterval(measure, EACH_MS)
  measure()
  on.linked(true)
  return { name: 'Simulator', isSimulated: true, stop: () => clearInterval(timer) }
}
