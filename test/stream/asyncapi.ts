import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv from 'ajv/dist/2020.js'
import { parse } from 'yaml'

const FRAMES = [
  'HeartbeatFrame',
  'HeartbeatAckFrame',
  'HelloFrame',
  'IdentifyFrame',
  'ReadyFrame',
  'DispatchFrame',
  'SubmitFrame',
  'ReplayFrame',
  'StatusFrame',
]

/** The published frames, by op code. → what is wrong with a frame; empty: nothing */
export function publishedFrames(directory: string): (frame: { op: number }) => string[] {
  const document = parse(readFileSync(join(directory, 'specs', 'rt.asyncapi.yaml'), 'utf8')) as object
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
  ajv.addSchema({ ...document, $id: 'rt' })
  const checks = FRAMES.map((name) => ajv.compile({ $ref: `rt#/components/schemas/${name}` }))
  return (frame) => {
    const check = checks[frame.op]
    if (!check) return [`op ${frame.op} is not published`]
    return check(frame) ? [] : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  }
}
