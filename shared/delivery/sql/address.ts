import { z } from '../../base/zod.ts'

/** A host by name or number; nothing else belongs into it. */
export const Host = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,253}$/, 'must be the name or address of a server, without a port, user or path')
export const Port = z.int().min(1).max(65_535)
export const Named = z.string().min(1).max(63)
/** disable: in the clear. Everything else is encrypted, and the certificate verified: chain and name, always. */
export const Tls = z.enum(['disable', 'require', 'verify-full'])
export type Tls = z.infer<typeof Tls>

/** `ca` is refused in so many words: the runtime would take it and not use it. */
export const noAuthority = (issue: { code?: string; keys?: string[] }): string | undefined =>
  issue.code === 'unrecognized_keys' && issue.keys?.some((key) => /^(ca|sslrootcert|ssl_ca)$/.test(key))
    ? 'a certificate authority of your own cannot be given: the runtime verifies with its own list. Use a certificate of a public authority, or ask the operator of this deployment to add yours'
    : undefined

export const hostOf = ({ host, port }: { host: string; port: number }): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`
