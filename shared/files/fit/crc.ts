/** The checksum of FIT, four bits at a time (CRC-16/ARC). */
const TABLE = [
  0x0000, 0xcc01, 0xd801, 0x1400, 0xf001, 0x3c00, 0x2800, 0xe401, 0xa001, 0x6c00, 0x7800, 0xb401, 0x5000, 0x9c01,
  0x8801, 0x4400,
]

export function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    crc = ((crc >> 4) & 0x0fff) ^ TABLE[crc & 0xf]! ^ TABLE[byte & 0xf]!
    crc = ((crc >> 4) & 0x0fff) ^ TABLE[crc & 0xf]! ^ TABLE[byte >> 4]!
  }
  return crc
}
