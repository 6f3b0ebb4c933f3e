import { describe, expect, it } from 'vitest'
import { insideAddress } from '../../shared/delivery/address.ts'

describe('an address of a destination', () => {
  it.each([
    'http://localhost/',
    'http://a.localhost./',
    'http://127.1/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://0177.0.0.1/',
    'http://10.1.2.3/',
    'http://172.31.0.1/',
    'http://192.168.0.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://0.0.0.0/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::]/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[64:ff9b::a00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://[ff02::1]/',
    'http://metadata.google.internal/',
    'http://printer.local/',
    'http://intranet/',
  ])('is refused inside: %s', (url) => {
    expect(insideAddress(url)).toEqual(expect.any(String))
  })
  it.each([
    'https://example.com/hook',
    'http://8.8.8.8/',
    'https://[2606:4700::1111]/',
    'http://172.32.0.1/',
    'http://100.128.0.1/',
  ])('is taken outside: %s', (url) => {
    expect(insideAddress(url)).toBeUndefined()
  })
})
