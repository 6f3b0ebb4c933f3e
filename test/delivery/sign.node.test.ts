import { Webhook } from 'standardwebhooks'
import { verifyTerraWebhookSignature } from 'terra-api'
import { describe, expect, test } from 'vitest'
import { signatureHeaders } from '../../shared/delivery/sign.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

describe('signatures', () => {
  test('the wire contract’s vector: secret as it stands, seconds, a dot, the body', () => {
    const headers = signatureHeaders(
      '{"type":"auth","status":"success"}',
      'm',
      ['test_signing_secret'],
      1_700_000_000_000,
    )
    expect(headers['Terra-Signature']).toBe(
      't=1700000000,v1=0aedff3741084af96808d2197938b520e361bb276f176b2f8f212c05057b996d',
    )
    expect(headers['X-Terra-Signature']).toBe(headers['Terra-Signature'])
  })
  test('the Standard Webhooks vector: decoded secret, id, timestamp and body', () => {
    const headers = signatureHeaders(
      '{"test": 2432232314}',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      [SECRET],
      1_614_265_330_000,
    )
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })
  test('both verifiers of the field accept a call, and neither a changed one', async () => {
    const body = '{"type":"daily","data":[]}'
    const headers = signatureHeaders(body, 'evt_1', [SECRET], Date.now())
    const terra = (text: string) => verifyTerraWebhookSignature(text, headers['Terra-Signature']!, SECRET)
    await expect(Promise.resolve(terra(body))).resolves.not.toThrow()
    await expect((async () => terra(`${body} `))()).rejects.toThrow()
    expect(new Webhook(SECRET).verify(body, headers)).toEqual({ type: 'daily', data: [] })
    expect(() => new Webhook(SECRET).verify('{"type":"daily"}', headers)).toThrow()
  })
  test('strict readers: t first, one v1, lower-case hex, no blanks', () => {
    expect(signatureHeaders('{}', 'm', [SECRET], Date.now())['Terra-Signature']).toMatch(/^t=\d{10},v1=[0-9a-f]{64}$/)
  })
  test('two secrets give two signatures of each family, either of which is enough', async () => {
    const older = `whsec_${Buffer.alloc(24, 3).toString('base64')}`
    const headers = signatureHeaders('{"type":"auth"}', 'evt_2', [SECRET, older], Date.now())
    for (const secret of [SECRET, older]) {
      await expect(
        (async () => verifyTerraWebhookSignature('{"type":"auth"}', headers['Terra-Signature']!, secret))(),
      ).resolves.not.toThrow()
      expect(new Webhook(secret).verify('{"type":"auth"}', headers)).toEqual({ type: 'auth' })
    }
  })
})
