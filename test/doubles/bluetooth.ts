import type { BluetoothDevice } from '../../shared/sdk/strap/bluetooth.ts'

/** A strap as Web Bluetooth shows it. */
export class FakeStrap {
  reachable = true
  links = 0
  private connected = false
  private readonly listeners = new Map<string, Set<() => void>>()
  private notifies = false
  private readonly characteristic = {
    value: undefined as DataView | undefined,
    startNotifications: async () => {
      this.notifies = true
    },
    addEventListener: (name: string, listener: () => void) => this.listen(name, listener),
    removeEventListener: (name: string, listener: () => void) => this.unlisten(name, listener),
  }

  readonly device: BluetoothDevice = {
    id: 'of-this-page',
    name: 'Chest 7',
    gatt: {
      connected: false,
      connect: async () => {
        if (!this.reachable) throw Object.assign(new Error('Connection attempt failed.'), { name: 'NetworkError' })
        this.connected = true
        this.links++
        return this.device.gatt!
      },
      disconnect: () => this.cut(),
      getPrimaryService: async (service) => {
        if (service !== 'heart_rate') throw Object.assign(new Error(service), { name: 'NotFoundError' })
        return { getCharacteristic: async () => this.characteristic }
      },
    },
    addEventListener: (name, listener) => this.listen(name, listener),
    removeEventListener: (name, listener) => this.unlisten(name, listener),
  }

  get isListenedTo(): boolean {
    return [...this.listeners.values()].some((all) => all.size > 0)
  }
  notify(...bytes: number[]): void {
    if (!this.connected || !this.notifies) return
    this.characteristic.value = new DataView(Uint8Array.from(bytes).buffer)
    this.emit('characteristicvaluechanged')
  }
  cut(): void {
    if (!this.connected) return
    this.connected = false
    this.notifies = false
    this.emit('gattserverdisconnected')
  }

  private listen(name: string, listener: () => void): void {
    this.listeners.set(name, (this.listeners.get(name) ?? new Set()).add(listener))
  }
  private unlisten(name: string, listener: () => void): void {
    this.listeners.get(name)?.delete(listener)
  }
  private emit(name: string): void {
    for (const listener of [...(this.listeners.get(name) ?? [])]) listener()
  }
}
