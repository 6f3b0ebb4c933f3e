import { describe, expect, it } from 'vitest'
import { addressBytes, isIn, isWhole, parseNetwork } from '../../shared/access/networks.ts'

describe('a network', () => {
  it.each([
    ['203.0.113.0/24', '203.0.113.255', true],
    ['203.0.113.0/24', '203.0.114.0', false],
    ['203.0.113.128/25', '203.0.113.127', false],
    ['203.0.113.128/25', '203.0.113.128', true],
    ['203.0.113.7', '203.0.113.7', true],
    ['203.0.113.7', '203.0.113.8', false],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['2001:db8::/33', '2001:db8:8000::', false],
    ['2001:db8::1', '2001:0DB8:0:0:0:0:0:1', true],
    ['::/0', '203.0.113.7', false],
    ['203.0.113.0/24', '::ffff:203.0.113.9', true],
    ['::ffff:203.0.113.0/120', '203.0.113.9', true],
    ['::ffff:203.0.113.0/120', '203.0.112.9', false],
  ])('%s holds %s: %s', (network, address, held) => {
    expect(isIn([network], address)).toBe(held)
  })
  it.each([
    '203.0.113',
    '203.0.113.256',
    '203.0.113.01',
    '203.0.113.0/33',
    '203.0.113.0/',
    '203.0.113.0/24/8',
    '2001:db8::/129',
    '2001:db8:::1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '12345::',
    ':1:2:3:4:5:6:7',
    '',
    '/24',
    'lab.example',
    '::1%eth0',
    '1:2:3:4:5:6:7:8::',
    '::ffff:203.0.113.0/90',
  ])('is not what %j says', (text) => {
    expect(parseNetwork(text)).toBeUndefined()
  })
  it('has no bits beyond its length', () => {
    expect(['203.0.113.0/24', '203.0.113.7', '2001:db8::/32', '0.0.0.0/0'].map(isWhole)).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(['203.0.113.7/24', '2001:db8::1/32', '128.0.0.0/0', 'x'].map(isWhole)).toEqual([false, false, false, false])
  })
  it('holds no address that is none', () => {
    expect(isIn(['0.0.0.0/0', '::/0'], 'unknown')).toBe(false)
    expect(addressBytes('::')).toHaveLength(16)
  })
})
