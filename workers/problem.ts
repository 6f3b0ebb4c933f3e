import { STATUS_CODES } from 'node:http'
import type { Context } from 'hono'
import { Fault } from '../shared/base/fault.ts'
import { logLine } from '../shared/base/log-line.ts'
import { z } from '../shared/base/zod.ts'

/** What every error answers: RFC 9457, with the members that older clients read. */
export const Problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().describe('The status in words, lower case'),
    instance: z.string().describe('Path and query of the request'),
    detail: z.string().describe('What is wrong, where, and how to mend it'),
    status: z.literal('error'),
    message: z.string().describe('The same as detail'),
    code: z.string().optional().describe('What is wrong, for programs, where the status alone does not tell'),
  })
  .openapi('Problem')

export function problem(
  c: Context,
  status: number,
  detail: string,
  headers: Record<string, string> = {},
  code?: string,
): Response {
  const url = new URL(c.req.url)
  const title = (STATUS_CODES[status] ?? 'error').toLowerCase()
  const body = {
    type: 'about:blank',
    title,
    instance: url.pathname + url.search,
    detail,
    status: 'error',
    message: detail,
    ...(code !== undefined && { code }),
  }
  return c.body(JSON.stringify(body), status as 400, { 'content-type': 'application/problem+json', ...headers })
}

/** A Fault becomes its response; anything else is our mistake, and is logged without what it was about. */
export function onError(error: Error, c: Context): Response {
  if (error instanceof Fault) return problem(c, error.status, error.message, error.headers, error.reason)
  if (error instanceof z.ZodError) return problem(c, 400, explain(error))
  // A stack begins with the message, which may go over lines and name values: a failed query lists its parameters.
  const at = (error.stack ?? '').split('\n').find((line) => /^\s+at /.test(line))
  logLine('unforeseen', { path: c.req.routePath, error: error.name, at: at?.trim() })
  return problem(c, 500, 'this is our mistake; it was recorded, and the same request may be sent again')
}

/** The first issues of a refused input, each with its place. Values are not repeated: they may be secret. */
export const explain = (error: z.ZodError): string =>
  error.issues
    .slice(0, 5)
    .map((issue) => {
      const place = issue.path.join('.')
      if (issue.code === 'unrecognized_keys')
        return `unknown field ${issue.keys.map((key) => `"${place ? `${place}.` : ''}${key}"`).join(', ')}`
      return place ? `${place}: ${issue.message}` : issue.message
    })
    .join('; ')
