import type { Context } from 'hono'
import type { Answer } from '../pages/call-api.ts'
import { ask, type DashboardEnv } from './ask.ts'

interface Asked {
  /** Empty: a new person. */
  user_id: string
  minutes: number
  hz: number
  types: string[]
}

/** Lets a synthetic person send, for which one is made where there is none: with no days of their own, which nobody asked for. */
export async function sendSynthetic(c: Context<DashboardEnv>, asked: Asked): Promise<Answer<unknown>> {
  const { minutes, hz, types } = asked
  let { user_id } = asked
  if (user_id === '') {
    const person = { person: 'marathon-runner', reference_id: 'synthetic-stream', history_days: 0, live: 'off' }
    const made = await ask<{ user_id: string }>(c, 'POST', '/sandbox/users', person)
    if (!made.ok) return made
    user_id = made.body.user_id
  }
  const stream = { user_id, seconds: Math.round(minutes * 60), hz, ...(types.length > 0 && { types }) }
  return ask(c, 'POST', '/stream/synthetic', stream)
}
