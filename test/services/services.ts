import { type Authority, makeAuthority } from './authority.ts'
import { startKafka } from './kafka.ts'
import { startMariadb } from './mariadb.ts'
import { startPostgres } from './postgres.ts'
import { startS3 } from './s3.ts'
import { startSqs } from './sqs.ts'

const STARTS = {
  postgres: (authority: Authority) => startPostgres(authority),
  /** A database of its own, and its pooler. */
  pooled: (authority: Authority) => startPostgres(authority, { pooler: true }),
  mariadb: startMariadb,
  kafka: startKafka,
  sqs: startSqs,
  s3: startS3,
}
type Starts = typeof STARTS
type Running<Name extends keyof Starts> = { [One in Name]: Awaited<ReturnType<Starts[One]>> }

/** Starts the servers that a suite asks for, by name, side by side. All stop where one does not start. */
export async function startServices<Name extends keyof Starts>(...names: Name[]) {
  const authority = await makeAuthority()
  const started = await Promise.allSettled(names.map((name) => STARTS[name](authority)))
  const up = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const close = async () => {
    await Promise.all(up.map((one) => one.close()))
    await authority.close()
  }
  const failed = started.find((one) => one.status === 'rejected')
  if (failed) {
    await close()
    throw failed.reason
  }
  const running = Object.fromEntries(names.map((name, i) => [name, up[i]])) as Running<Name>
  return { ...running, authority, close }
}
