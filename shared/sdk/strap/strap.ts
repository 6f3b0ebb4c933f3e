import { Backoff } from '../producer/backoff.ts'
import type { Clock } from '../producer/clock.ts'
import {
  type Bluetooth,
  type BluetoothCharacteristic,
  type BluetoothDevice,
  HEART_RATE_MEASUREMENT,
  HEART_RATE_SERVICE,
} from './bluetooth.ts'
import { type HeartRateMeasurement, readHeartRate } from './heart-rate-measurement.ts'

export interface StrapListener {
  measured(measurement: HeartRateMeasurement): void
  /** Linked, or not: out of reach, taken off, empty. It is looked for until `stop`. */
  linked(connected: boolean, reason?: string): void
  /** Something was wrong with one measurement; the next may be right. */
  garbled(error: Error): void
}
export interface StrapSettings {
  clock: Clock
  random: () => number
}

const RELINK_MS = 500
const RELINK_MOST_MS = 10_000

/** A heart-rate strap over Bluetooth, held on to: when the link breaks it is made again. */
export class Strap {
  readonly name: string
  readonly id: string
  private readonly device: BluetoothDevice
  private readonly on: StrapListener
  private readonly clock: Clock
  private readonly backoff: Backoff
  private characteristic: BluetoothCharacteristic | undefined
  private timer: (() => void) | undefined
  private isStopped = false

  /** Asks the person to choose one; only in answer to a click. */
  static async choose(bluetooth: Bluetooth): Promise<BluetoothDevice> {
    return bluetooth.requestDevice({ filters: [{ services: [HEART_RATE_SERVICE] }] })
  }

  constructor(device: BluetoothDevice, on: StrapListener, { clock, random }: StrapSettings) {
    this.device = device
    this.name = device.name || 'Heart-rate strap'
    this.id = device.id
    this.on = on
    this.clock = clock
    this.backoff = new Backoff(RELINK_MS, RELINK_MOST_MS, random)
    device.addEventListener('gattserverdisconnected', this.unlinked)
  }

  /** The first link; fails where it cannot be made. */
  async start(): Promise<void> {
    const { gatt } = this.device
    if (!gatt) throw new Error('this device cannot be connected to')
    const server = await gatt.connect()
    const service = await server.getPrimaryService(HEART_RATE_SERVICE)
    const characteristic = await service.getCharacteristic(HEART_RATE_MEASUREMENT)
    if (this.isStopped) {
      gatt.disconnect()
      return
    }
    this.characteristic?.removeEventListener('characteristicvaluechanged', this.notified)
    this.characteristic = characteristic
    characteristic.addEventListener('characteristicvaluechanged', this.notified)
    await characteristic.startNotifications()
    this.backoff.reset()
    if (!this.isStopped) this.on.linked(true)
  }
  stop(): void {
    this.isStopped = true
    this.timer?.()
    this.device.removeEventListener('gattserverdisconnected', this.unlinked)
    this.characteristic?.removeEventListener('characteristicvaluechanged', this.notified)
    this.device.gatt?.disconnect()
  }

  private unlinked = (): void => {
    if (this.isStopped) return
    this.on.linked(false, 'out of reach, or switched off')
    this.again()
  }
  private again(): void {
    this.timer?.()
    this.timer = this.clock.after(this.backoff.next(), () => {
      this.start().catch((error: Error) => {
        if (this.isStopped) return
        this.on.linked(false, error.message)
        this.again()
      })
    })
  }
  private notified = (): void => {
    const view = this.characteristic?.value
    if (!view) return
    try {
      this.on.measured(readHeartRate(view))
    } catch (error) {
      this.on.garbled(error as Error)
    }
  }
}
