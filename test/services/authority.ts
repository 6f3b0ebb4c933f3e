import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { output } from './place.ts'

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']

/** An authority for one run, and certificates by it for `localhost`. Runtimes trust it by NODE_EXTRA_CA_CERTS. */
export async function makeAuthority() {
  const dir = mkdtempSync(join(tmpdir(), 'fascia-authority-'))
  const at = (file: string) => join(dir, file)
  await output('openssl', [
    ...['req', '-x509', ...EC, '-subj', '/CN=Test authority', '-keyout', at('ca.key'), '-out', at('ca.pem')],
    ...['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  ])
  let made = 0
  return {
    caFile: at('ca.pem'),
    ca: readFileSync(at('ca.pem'), 'utf8'),
    async certificate(name: string): Promise<{ cert: string; key: string }> {
      // Two servers of one kind may be made at the same time.
      const file = at(`${++made}-${name}`)
      const [key, request, cert, more] = ['key', 'csr', 'pem', 'ext'].map((end) => `${file}.${end}`) as string[]
      const subject = ['-subj', `/CN=${name}`]
      await output('openssl', ['req', ...EC, ...subject, '-keyout', key!, '-out', request!])
      writeFileSync(more!, 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n')
      // Several are made at once: a file that counts would be read half written.
      const serial = `0x${randomBytes(8).toString('hex')}`
      const by = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-set_serial', serial, '-days', '2']
      await output('openssl', ['x509', '-req', '-in', request!, ...by, '-extfile', more!, '-out', cert!])
      return { cert: readFileSync(cert!, 'utf8'), key: readFileSync(key!, 'utf8') }
    },
    close: async () => rmSync(dir, { recursive: true, force: true }),
  }
}
export type Authority = Awaited<ReturnType<typeof makeAuthority>>
