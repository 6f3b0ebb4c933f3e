import type { Child } from 'hono/jsx'
import { Wrong } from '../../dashboard/frame.tsx'
import type { PullOfSupplier } from '../pull-views.ts'
import { Facts, State, When } from './parts.tsx'
import { count } from './words.ts'

export const stateOf = ({ state, problem }: Pick<PullOfSupplier, 'state' | 'problem'>): string =>
  state === 'active' && problem !== null ? 'in trouble' : state

/** `4 taken, 1 failed`. */
function foundBy({ objects }: Pick<PullOfSupplier, 'objects'>): string {
  const found = (['taken', 'waiting', 'failed'] as const).filter((state) => objects[state] > 0)
  return found.length === 0 ? 'none yet' : found.map((state) => `${count(objects[state])} ${state}`).join(', ')
}

interface CardProps {
  pull: PullOfSupplier
  name: Child
  more?: [name: string, value: Child][]
}
/** A pull in a list of them. */
export const PullCard = ({ pull, name, more = [] }: CardProps) => (
  <li class="panel">
    <div class="head">
      <h2>{name}</h2>
      <State state={stateOf(pull)} />
    </div>
    <Wrong text={pull.problem?.message} />
    <Facts
      facts={[
        ['Contract', pull.contract],
        ['Seen', pull.looked_at === null ? 'not yet' : <When at={pull.looked_at} />],
        ['Objects', foundBy(pull)],
        ...more,
      ]}
    />
  </li>
)
