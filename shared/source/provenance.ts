import type { SleepUploadType, UploadType } from '../schema/enums.ts'
import type { Reader } from './reader.ts'
import { orElse, table, text } from './readers.ts'

/** Where a record came from, as the source tells it: by hand or by a device, and by which. */

/** Words for how something was recorded, whatever their case. */
const AUTOMATIC =
  'AUTOMATIC AUTOMATICALLY_RECORDED AUTO_DETECTED AUTO DERIVED PASSIVELY_MEASURED ACTIVELY_MEASURED ACTIVELY_RECORDED DEVICE FROMDEVICE FROM_DEVICE TRACKER MEASURED'
const MANUAL = 'MANUAL MANUALLY MANUAL_ENTRY USER_ENTERED USER_INPUT FROMUSER'
const uploads = <V extends number>(automatic: V, manual: V): Record<string, V> => ({
  ...Object.fromEntries(AUTOMATIC.split(' ').map((word) => [word, automatic])),
  ...Object.fromEntries(MANUAL.split(' ').map((word) => [word, manual])),
})
const UPLOADS = uploads<UploadType>(1, 2)
/** A sleep's codes are not those of the other types. */
const SLEEP_UPLOADS = uploads<SleepUploadType>(2, 1)

/** How a record was made, by a word or code of the source's, own meanings first: `uploadType('recordingMethod', {3: 2})`. Else unknown. */
export const uploadType = (path: string, own: Record<string, UploadType> = {}): Reader<UploadType> =>
  orElse(table<UploadType>(path, { ...UPLOADS, ...own }, 0), 0)
/** The same of a sleep. */
export const sleepUploadType = (path: string, own: Record<string, SleepUploadType> = {}): Reader<SleepUploadType> =>
  orElse(table<SleepUploadType>(path, { ...SLEEP_UPLOADS, ...own }, 0), 0)

/** Fields of `device_data` by the paths that tell them: `device({name: 'device.model', manufacturer: 'device.manufacturer'})`. */
export function device<const T extends Partial<Record<DeviceField, string>>>(
  paths: T,
): { [F in keyof T & DeviceField]: Reader<string> } {
  return Object.fromEntries(Object.entries(paths).map(([field, path]) => [field, text(path as string)])) as {
    [F in keyof T & DeviceField]: Reader<string>
  }
}
type DeviceField =
  | 'name'
  | 'manufacturer'
  | 'hardware_version'
  | 'software_version'
  | 'serial_number'
  | 'last_upload_date'
  | 'activation_timestamp'
