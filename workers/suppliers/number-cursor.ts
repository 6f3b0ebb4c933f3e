import { base64url, fromBase64, text, utf8 } from '../../shared/base/bytes.ts'
import { z } from '../../shared/base/zod.ts'

/** A place in a list that one number tells. */
export const writeNumber = (number: number): string => base64url(utf8(`n${number}`))
export const numberCursor = z
  .string()
  .max(40)
  .transform((cursor, context) => {
    const found = /^n(\d{1,15})$/.exec(text(fromBase64(cursor)))
    if (found && writeNumber(Number(found[1])) === cursor) return Number(found[1])
    context.addIssue({ code: 'custom', message: 'is not one of this list; leave it out to begin at the start' })
    return z.NEVER
  })
  .optional()
  .openapi({
    type: 'string',
    description: '`next_cursor` of the page before; left out: from the start',
    example: writeNumber(400),
  })
