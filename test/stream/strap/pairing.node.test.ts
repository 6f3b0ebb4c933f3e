import { describe, expect, test } from 'vitest'
import { readPairing } from '../../../workers/stream/scripts/strap/pairing.ts'

const json = JSON.stringify({
  rt_token: 'rt.a-B_9',
  dev_id: 'dev-1',
  user_id: 'u-1',
  reference_id: 'runner-7',
  expires_at: 1_777_640_400_000,
})
const whole = { token: 'rt.a-B_9', name: 'runner-7', expiresAt: 1_777_640_400_000 }
const bare = { token: 'rt.a-B_9', name: undefined, expiresAt: undefined }

describe('a pairing', () => {
  test.each([
    ['the token', 'rt.a-B_9', bare],
    ['the token with blanks around', '  rt.a-B_9\n', bare],
    ['the fragment with the token', '#rt.a-B_9', bare],
    ['a link with the token', 'https://fascia.test/stream/strap#rt.a-B_9', bare],
    ['its JSON', json, whole],
    ['the fragment with its JSON', `#p=${encodeURIComponent(json)}`, whole],
    ['an app link with its JSON', `terrastreaming://pair?p=${encodeURIComponent(json)}`, whole],
    ['any link with its JSON', `https://a.test/x?y=1&p=${encodeURIComponent(json)}#z`, whole],
    ['a link with the token as parameter', 'https://a.test/x?p=rt.a-B_9', bare],
    ['other names', '{"rtToken":"rt.1","user_id":"u-1"}', { token: 'rt.1', name: 'u-1', expiresAt: undefined }],
    [
      'a date',
      '{"token":"rt.1","expires_at":"2026-05-01T13:00:00Z"}',
      { token: 'rt.1', name: undefined, expiresAt: 1_777_640_400_000 },
    ],
    ['a date that is none', '{"token":"rt.1","expires_at":"soon"}', { ...bare, token: 'rt.1' }],
  ])('is read from %s', (_, text, expected) => {
    expect(readPairing(text)).toEqual(expected)
  })
  test.each([
    '',
    '#',
    'st.single-use',
    'rt.',
    'rt.with blank',
    '{"rt_token":"st.1"}',
    '{"rt_token":7}',
    '[]',
    '{',
    'https://a.test/',
    'https://a.test/?p=%E0%A4%A',
    '#p=%7B',
    'p=p=p=p',
    '?p=?p=?p=',
  ])('is not in %j', (text) => {
    expect(readPairing(text)).toBeUndefined()
  })
})
