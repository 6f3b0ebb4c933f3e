import { describe, expect, test } from 'vitest'
import { signOauth1 } from '../../shared/source/oauth1.ts'

const signatureIn = (headers: Headers) =>
  decodeURIComponent(/oauth_signature="([^"]+)"/.exec(headers.get('authorization')!)![1]!)

describe('an OAuth 1.0a signature', () => {
  // The worked example of Twitter's page "Creating a signature": query, form and protocol parameters together.
  test('is that of the worked example', () => {
    const body = new URLSearchParams({ status: 'Hello Ladies + Gentlemen, a signed OAuth request!' }).toString()
    const headers = new Headers({ 'content-type': 'application/x-www-form-urlencoded' })
    const url = 'https://api.twitter.com/1.1/statuses/update.json?include_entities=true'
    const signed = signOauth1(
      { url, init: { method: 'POST', headers, body } },
      {
        app: { client_id: 'xvz1evFS4wEEPTGEFPHBog', client_secret: 'kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw' },
        token: {
          access_token: '370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb',
          token_secret: 'LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE',
        },
        more: { oauth_version: '1.0' },
        nonce: 'kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg',
        now: 1_318_622_958_000,
      },
    )
    expect(signatureIn(signed.init.headers)).toBe('hCtSmYh+iHYCEqBWrE7C7hYmtUk=')
  })
  // RFC 5849 section 1.2: a request with the token credentials of the photo printing example.
  test('is that of the RFC', () => {
    const url = 'http://photos.example.net/photos?file=vacation.jpg&size=original'
    const signed = signOauth1(
      { url, init: { method: 'GET', headers: new Headers() } },
      {
        app: { client_id: 'dpf43f3p2l4k3l03', client_secret: 'kd94hf93k423kf44' },
        token: { access_token: 'nnch734d00sl2jdk', token_secret: 'pfkkdhi9sl3r4s00' },
        nonce: 'chapoH',
        now: 137_131_202_000,
      },
    )
    expect(signatureIn(signed.init.headers)).toBe('MdpQcU8iPSUjWoN/UDMsK2sui9I=')
  })
  test('covers every parameter: another value is another signature', () => {
    const sign = (url: string) =>
      signatureIn(
        signOauth1(
          { url, init: { method: 'GET', headers: new Headers() } },
          { app: { client_id: 'k', client_secret: 's' }, nonce: 'n', now: 0 },
        ).init.headers,
      )
    expect(sign('https://a.example/x?b=1&a=2')).toBe(sign('https://a.example/x?a=2&b=1'))
    expect(sign('https://a.example/x?a=2')).not.toBe(sign('https://a.example/x?a=3'))
    expect(sign("https://a.example/x?a=it's")).toBe(sign('https://a.example/x?a=it%27s'))
  })
})
