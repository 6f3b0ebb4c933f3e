import { Fault } from '../../shared/base/fault.ts'
import type { Api } from './route.ts'

/** Parts of the contract that this product does not have. */
const NOT_OFFERED = {
  'lab-reports': 'lab reports',
  models: 'models',
  routes: 'routes',
  pushedRoutes: 'routes',
  workouts: 'workout templates',
  plannedWorkouts: 'workout templates',
}

export function addNotOffered(api: Api): void {
  for (const [path, what] of Object.entries(NOT_OFFERED))
    for (const place of [`/${path}`, `/${path}/*`])
      api.all(place, () => {
        throw new Fault('not_found', `${what} are not part of this product`)
      })
}
