import { Hono } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { assets } from './assets.ts'
import { flow } from './flow.tsx'
import { icons } from './icon.ts'
import { returned } from './return.ts'
import { session } from './session.tsx'
import { wait } from './wait.tsx'

/** The doors that end users knock on. */
export const connect = new Hono<{ Bindings: Env }>()
connect.route('/', session)
connect.route('/', wait)
connect.route('/', flow)
connect.route('/', returned)
connect.route('/', assets)
connect.route('/', icons)
