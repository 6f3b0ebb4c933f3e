import { Fault } from '../../shared/base/fault.ts'
import { z } from '../../shared/base/zod.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'
import { pairingToken, registerPhone } from '../connect/register-phone.ts'
import { inputOf } from '../read-input.ts'
import { UserId } from './params.ts'
import { type Api, route } from './route.ts'
import { connectionOf } from './user-of.ts'

const tag = 'Streaming'
const Phone = z.object({
  reference_id: z
    .string()
    .min(1)
    .max(512)
    .nullish()
    .describe('Your own name of the person: the same name is the same user. Left out, it is somebody new'),
})
const Registered = z
  .object({
    user_id: z.string(),
    reference_id: z.string().nullable(),
    token: z.string().describe('For IDENTIFY: the first token of the socket, or the pairing’s token again'),
  })
  .openapi('RegisteredPhone')
const NewPairing = z.strictObject({ user_id: UserId })
const Pairing = z
  .object({
    rt_token: z
      .string()
      .describe('For IDENTIFY and for registering the phone, as often as it takes, of this user alone'),
    dev_id: z.string(),
    user_id: z.string(),
    reference_id: z.string().nullable(),
    expires_at: z.int().describe('Epoch ms'),
    deep_link: z.string().describe('Opens the app; shown as a QR code it pairs a phone'),
  })
  .openapi('StreamPairing')

const DEV_ID = 'dev_0d5f3c9a7e1b4286a4c8f2b6d9e0a713'
const RT_TOKEN = 'rt.AMg2x8pPz0vYqk5T1h7uWcR3nEo9sBdLfJiK4aXyGtQmVbUe'
const EXPIRES_AT = 1_785_916_800_000

/** What the app opens: its own scheme, and all that it needs as JSON. */
const deepLink = (about: Omit<z.infer<typeof Pairing>, 'deep_link'>): string =>
  `terrastreaming://pair?p=${encodeURIComponent(JSON.stringify(about))}`
const withLink = (about: Omit<z.infer<typeof Pairing>, 'deep_link'>) => ({ ...about, deep_link: deepLink(about) })

export function addStreamPhones(api: Api): void {
  route(
    api,
    {
      id: 'registerStreamingPhone',
      method: 'post',
      path: '/stream/phones',
      open: true,
      tag,
      summary: 'Registers a phone that streams, and makes its user',
      description:
        'The phone shows a token in `authorization: Bearer …`: one of `POST /auth/generateAuthToken` or `POST /auth/tokens`, which is used up, or the reusable token of a pairing. A token that was made for one `reference_id` takes no other. Its user is one of the provider LIVE; destinations hear `auth` when they are new. Needs no key.',
      body: Phone,
      bodyExample: { reference_id: 'person-17' },
      bodyOptional: true,
      answer: Registered,
      example: {
        user_id: EXAMPLE_USER.user_id,
        reference_id: 'person-17',
        token: 'st.AGk3c9vQx1T7mYb2ZpLr8WdNf5HoJeUiXgSaKtRqBnMyCwVz',
      },
      fails: [401, 403, 409],
    },
    async (c) => {
      const token = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
      if (!token)
        throw new Fault('unauthorized', 'authorization is missing: Bearer and a token of POST /auth/generateAuthToken')
      const { reference_id } = await inputOf(c, Phone)
      return c.json(await registerPhone(c.env, token, reference_id ?? undefined))
    },
  )
  route(
    api,
    {
      id: 'createStreamPairing',
      method: 'post',
      path: '/stream/pairings',
      scope: 'stream:write',
      tag,
      summary: 'A token with which a phone streams for a user, for eight hours',
      description:
        'For a phone that is paired by a link or a QR code. The token can be used again and again, by producers, of this one user; it ends when it is over, or with the user.',
      body: NewPairing,
      bodyExample: { user_id: EXAMPLE_USER.user_id },
      answer: Pairing,
      example: withLink({
        rt_token: RT_TOKEN,
        dev_id: DEV_ID,
        user_id: EXAMPLE_USER.user_id,
        reference_id: 'person-17',
        expires_at: EXPIRES_AT,
      }),
      fails: [404],
    },
    async (c) => {
      const { user_id } = await inputOf(c, NewPairing)
      const row = await connectionOf(c, user_id)
      if (row.state !== 'active') throw new Fault('conflict', 'the user is not active: nothing of theirs is taken')
      const { token: rt_token, expires_at } = pairingToken(c.env, row)
      const { developer_id: dev_id, reference_id } = row
      return c.json(withLink({ rt_token, dev_id, user_id: row.user_id, reference_id, expires_at }))
    },
  )
}
