import { developerOnly } from '../access.ts'
import { addAuth } from './auth.ts'
import { addData } from './data.ts'
import { addDeliveries } from './deliveries.ts'
import { addDestinations } from './destinations.ts'
import { addEvents } from './events.ts'
import { addIntegrations } from './integrations.ts'
import { addNotOffered } from './not-offered.ts'
import { type Api, newApi } from './route.ts'
import { addUsers } from './users.ts'
import { addWidget } from './widget.ts'
import { addWrites } from './writes.ts'

/** Paths that need no key; the catalogue takes a `dev-id` alone. */
const PUBLIC = /\/integrations(\/detailed)?$/

/** The developers' API. Two doors lead to it: `/v2` answers as older clients expect. */
export function v2(legacy: boolean): Api {
  const api = newApi()
  api.use('*', async (c, next) => {
    c.set('legacy', legacy)
    return PUBLIC.test(c.req.path) ? next() : developerOnly(c, next)
  })
  addAuth(api)
  addData(api)
  addUsers(api)
  addIntegrations(api)
  addDestinations(api)
  addDeliveries(api)
  addEvents(api)
  addWidget(api)
  addWrites(api)
  addNotOffered(api)
  return api
}
