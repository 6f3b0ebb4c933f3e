import { Hono } from 'hono'
import { batch } from './batch.tsx'
import { batches } from './batches.tsx'
import { contract } from './contract.tsx'
import { contractNew } from './contract-new.tsx'
import { contracts } from './contracts.tsx'
import { limits } from './limits.tsx'
import { quality } from './quality.tsx'
import { quarantine } from './quarantine.tsx'
import { quarantined } from './quarantined.tsx'
import type { SideEnv } from './side.ts'
import { subjects } from './subjects.tsx'

/** What both sides look at. */
export const sharedPages = new Hono<SideEnv>()
for (const part of [
  batches,
  batch,
  quarantine,
  quarantined,
  contracts,
  contractNew,
  contract,
  limits,
  quality,
  subjects,
])
  sharedPages.route('/', part)
