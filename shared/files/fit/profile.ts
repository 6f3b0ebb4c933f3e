import { OTHERS } from './profile-others.ts'
import { TRAINING } from './profile-training.ts'

/** How a field's number becomes a value. */
export interface FieldProfile {
  name: string
  kind: 'number' | 'time' | 'local time' | 'angle'
  scale: number
  shift: number
  /** A list even where there is one element. */
  list: boolean
}
export interface MessageProfile {
  name: string
  fields: Map<number, FieldProfile>
}

/**
 * The FIT profile, written `20 record:` and below it `5 distance /100, 2 altitude /5-500`: the value is number ÷ 5 − 500.
 * `t`: seconds since the FIT epoch in UTC; `lt`: the same by the local clock; `p`: semicircles; `[]`: always a list.
 * Every message may have a timestamp (253) and an index (254).
 */
export const PROFILE: Map<number, MessageProfile> = new Map(
  [...`${TRAINING}${OTHERS}`.matchAll(/^(\d+) (\w+):\n((?: {2}.*\n)+)/gm)].map(([, number, name, fields]) => [
    Number(number),
    { name: name!, fields: fieldsOf(`${fields!.trim()}, 253 timestamp t, 254 message_index`) },
  ]),
)

function fieldsOf(text: string): Map<number, FieldProfile> {
  return new Map(
    text.split(/,\s+/).map((entry) => {
      const [number, name, note = ''] = entry.split(' ') as [string, string, string?]
      const [, scale = '1', shift = '0'] = /^\/([\d.]+)([-+]\d+)?/.exec(note) ?? []
      const plain = note.replace('[]', '')
      const list = entry.endsWith('[]')
      const kind = plain === 't' ? 'time' : plain === 'lt' ? 'local time' : plain === 'p' ? 'angle' : 'number'
      return [
        Number(number),
        { name: name.replace('[]', ''), kind, scale: Number(scale), shift: Number(shift), list } satisfies FieldProfile,
      ]
    }),
  )
}
