import { first, text } from '../../source/readers.ts'
import { list } from '../../source/samples.ts'

const CREATOR = 'devices[device_index=0]'
const name = (path: string) => first(text(`${path}product_name`), text(`${path}garmin_product`))

/** The device that recorded, and the sensors that it listened to. */
export const device = {
  manufacturer: first(text('file.manufacturer_name'), text(`${CREATOR}.manufacturer_name`)),
  name: first(name('file.'), name(`${CREATOR}.`)),
  serial_number: first(text('file.serial_number'), text(`${CREATOR}.serial_number`)),
  software_version: text(`${CREATOR}.software_version`),
  hardware_version: text(`${CREATOR}.hardware_version`),
  other_devices: list(
    'devices',
    {
      manufacturer: text('manufacturer_name'),
      name: name(''),
      serial_number: text('serial_number'),
      software_version: text('software_version'),
      hardware_version: text('hardware_version'),
    },
    { where: ({ device_index }) => device_index !== 0 && device_index !== undefined },
  ),
}
