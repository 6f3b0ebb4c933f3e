import { CreateBucketCommand, GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import { freePort } from '../local/spawned.ts'
import { startFront } from './front.ts'
import { java } from './java.ts'
import { openPlace } from './place.ts'
import { listens, Server } from './server.ts'
import type { Account } from './signature.ts'

/** S3Proxy takes any region as long as the signature agrees with it. */
const REGION = 'eu-central-1'
const ACCOUNT: Account = { accessKeyId: 'AKIDOFTHETESTS000000', secretAccessKey: 'secret-of-the-tests' }

const LOGS = `<configuration><appender name="OUT" class="ch.qos.logback.core.ConsoleAppender"><encoder>
<pattern>%d %-5level %msg%n</pattern></encoder></appender><root level="WARN"><appender-ref ref="OUT"/></root></configuration>`

/** S3Proxy on a folder: it checks V4 signatures, and a put may be on condition that the key is free. */
export async function startS3() {
  const place = openPlace('s3')
  const port = await freePort()
  const front = await startFront(port)
  const objects = place.folder('objects')
  const configure = ({ accessKeyId, secretAccessKey }: Account) =>
    place.write(
      'server.properties',
      [
        's3proxy.authorization=aws-v2-or-v4',
        `s3proxy.endpoint=http://127.0.0.1:${port}`,
        `s3proxy.identity=${accessKeyId}`,
        `s3proxy.credential=${secretAccessKey}`,
        'jclouds.provider=filesystem-nio2',
        `jclouds.filesystem.basedir=${objects}`,
      ].join('\n'),
    )
  const logs = [`-Dlogback.configurationFile=${place.write('logback.xml', LOGS)}`]
  const { program, args } = java('s3proxy', 'org.gaul.s3proxy.Main', ['--properties', configure(ACCOUNT)], logs)
  const server = new Server(place, { name: 's3proxy', program, args: () => args, ready: () => listens(port) })
  await server.start()

  const clientOf = (credentials: Account) =>
    new S3Client({ endpoint: front.url, region: REGION, forcePathStyle: true, credentials })
  const client = clientOf(ACCOUNT)
  return {
    url: front.url,
    region: REGION,
    account: ACCOUNT,
    client,
    clientOf,
    behaves: front.behaves,
    observes: front.observes,
    get requests() {
      return front.requests
    },
    createBucket: (Bucket: string) => client.send(new CreateBucketCommand({ Bucket })).then(() => undefined),
    /** Keys in the bucket, sorted. */
    async keys(Bucket: string, Prefix?: string): Promise<string[]> {
      const found: string[] = []
      for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix }))
        found.push(...(page.Contents ?? []).map(({ Key }) => Key!))
      return found.sort()
    },
    /** An object as it was put. */
    async object(Bucket: string, Key: string) {
      const found = await client.send(new GetObjectCommand({ Bucket, Key }))
      const { ContentType, ContentEncoding, Metadata } = found
      return { body: await found.Body!.transformToByteArray(), ContentType, ContentEncoding, Metadata }
    },
    /** The key's secret is another now. */
    async revoke(): Promise<void> {
      configure({ ...ACCOUNT, secretAccessKey: 'another one' })
      await server.restart()
    },
    async giveBack(): Promise<void> {
      configure(ACCOUNT)
      await server.restart()
    },
    kill: () => server.kill(),
    restart: () => server.restart(),
    async close(): Promise<void> {
      client.destroy()
      await front.close()
      await server.kill()
      place.remove()
    },
  }
}
export type S3 = Awaited<ReturnType<typeof startS3>>
