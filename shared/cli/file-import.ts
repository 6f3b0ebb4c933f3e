import { openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { UploadedFile } from '../sdk/wire.ts'
import { type Command, UsageError } from './command.ts'
import { follow } from './follow.ts'
import { table } from './table.ts'

export const fileImport: Command = {
  name: 'file import',
  summary: 'Takes a file in: FIT, TCX, GPX, an Apple Health export, FHIR, Open mHealth; packed with gzip or not.',
  takes: [{ name: 'PATH', help: 'the file' }],
  flags: {
    user: { value: 'ID', help: 'a connection of the person whose file it is' },
    reference: { value: 'NAME', help: 'or your own name of them: their files have a connection of their own' },
    'no-wait': { help: 'send it, and do not wait until it is read' },
  },
  async run(input) {
    const { args, flag, on, client, say } = input
    const [path] = args as [string]
    const [user_id, reference_id] = [flag('user'), flag('reference')]
    if ((user_id === undefined) === (reference_id === undefined))
      throw new UsageError('name whose file it is: either --user or --reference')
    const { size } = await stat(path).catch(() => {
      throw new UsageError(`${path} is not there, or cannot be read`)
    })
    say(`${basename(path)}  ${megabytes(size)}`)
    const sent = await client.files.upload(await openAsBlob(path), { user_id, reference_id, name: basename(path) })
    say(`${sent.file_id}  ${sent.format}`)
    const file = on('no-wait')
      ? sent
      : await follow(input, { begun: sent, look: () => client.files.get(sent.file_id), line: progress })
    return { json: file, text: summary(file), failed: file.state === 'failed' }
  },
}

const progress = ({ state, percent, pages, pages_done, records }: UploadedFile): string | undefined =>
  state === 'done' || state === 'failed'
    ? undefined
    : `${percent} %, ${pages_done} of ${pages} pages, ${records} records`
const megabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MB`
const summary = ({ file_id, state, format, records, quarantined, reason }: UploadedFile): string =>
  [
    table(
      ['file', 'state', 'format', 'records', 'quarantined'],
      [[file_id, state, format, String(records), String(quarantined)]],
    ),
    ...(reason === null ? [] : [reason]),
  ].join('\n')
