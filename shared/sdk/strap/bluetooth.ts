/** What is needed of Web Bluetooth, as browsers have it. */
export interface Bluetooth {
  requestDevice(options: { filters: { services: string[] }[] }): Promise<BluetoothDevice>
  getAvailability?(): Promise<boolean>
}
export interface BluetoothDevice {
  id: string
  name?: string | undefined
  gatt?: BluetoothServer | undefined
  addEventListener(name: 'gattserverdisconnected', listener: () => void): void
  removeEventListener(name: 'gattserverdisconnected', listener: () => void): void
}
export interface BluetoothServer {
  connected: boolean
  connect(): Promise<BluetoothServer>
  disconnect(): void
  getPrimaryService(service: string): Promise<{ getCharacteristic(name: string): Promise<BluetoothCharacteristic> }>
}
export interface BluetoothCharacteristic {
  value?: DataView | undefined
  startNotifications(): Promise<unknown>
  addEventListener(name: 'characteristicvaluechanged', listener: () => void): void
  removeEventListener(name: 'characteristicvaluechanged', listener: () => void): void
}

/** By their registered names: service 0x180D, characteristic 0x2A37. */
export const HEART_RATE_SERVICE = 'heart_rate'
export const HEART_RATE_MEASUREMENT = 'heart_rate_measurement'
