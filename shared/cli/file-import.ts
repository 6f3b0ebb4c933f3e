import { openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { UploadedFile } from '../sdk/wire.ts'
import { type Command, UsageError } from './command.ts'
import { table } from './table.ts'

const LOOK_EVERY_MS = 500

export const fileImport: Command = {
  name: 'file import',
  summary: 'Takes a file in: FIT, TCX, GPX, an Apple Health export, FHIR, Open mHealth; packed with gzip or not.',
  takes: [{ name: 'PATH', help: 'the file' }],
  flags: {
    user: { value: 'ID', help: 'a connection of the person whose file it is' },
    reference: { value: 'NAME', help: 'or your own name of them: their files have a connection of their own' },
    'no-wait': { help: 'send it, and do not wait until it is read' },
  },
  async run({ args, flag, on, client, say }) {
    const [path] = args as [string]
    const [user_id, reference_id] = [flag('user'), flag('reference')]
    if ((user_id === undefined) === (reference_id === undefined))
      throw new UsageError('name whose file it is: either --user or --reference')
    const { size } = await stat(path).catch(() => {
      throw new UsageError(`${path} is not there, or cannot be read`)
    })
    say(`${basename(path)}  ${megabytes(size)}`)
    let file = await client.files.upload(await openAsBlob(path), { user_id, reference_id, name: basename(path) })
    say(`${file.file_id}  ${file.format}`)
    let shown = ''
    while (!on('no-wait') && file.state !== 'done' && file.state !== 'failed') {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
      file = await client.files.get(file.file_id)
      const line = `${file.percent} %, ${file.pages_done} of ${file.pages} pages, ${file.records} records`
      if (line !== shown) say(line)
      shown = line
    }
    return { json: file, text: summary(file), failed: file.state === 'failed' }
  },
}

const megabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MB`
const summary = ({ file_id, state, format, records, quarantined, reason }: UploadedFile): string =>
  [
    table(
      ['file', 'state', 'format', 'records', 'quarantined'],
      [[file_id, state, format, String(records), String(quarantined)]],
    ),
    ...(reason === null ? [] : [reason]),
  ].join('\n')
