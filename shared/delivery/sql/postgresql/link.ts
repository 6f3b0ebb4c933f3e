import type { SendContext } from '../../define.ts'
import type { Link } from '../../shipment.ts'
import { LAYOUTS, type LayoutName, type Puts, putNobody, shipInto } from '../ship.ts'
import { type Login, newClient } from './client.ts'
import { refusalOf } from './errors.ts'
import type { Place } from './names.ts'
import { pointerTurn } from './pointer-turn.ts'
import { prepare, put, tryOnNobody } from './store.ts'
import { type Statement, typedTurn } from './typed-turn.ts'

/** A database as a destination's settings name it. */
export interface Target {
  login: Login
  /** As the server calls who logs in. */
  role: string
  place: Place
  layout: LayoutName
  erase: boolean
}
type Context = Pick<SendContext<unknown, unknown>, 'signal' | 'timeoutMs' | 'now' | 'linkTo'>

/** Connects, and brings the tables to this version. */
export async function connect(target: Target, context: Context): Promise<Link> {
  const client = newClient(target.login, context)
  const { place, layout, erase } = target
  try {
    await prepare(client, place, LAYOUTS[layout], { thorough: false })
  } catch (error) {
    await client.close()
    throw refusalOf(error, refusing(target))
  }
  const puts = putsBy(place, (statements) => put(client, statements, context.timeoutMs))
  return {
    ship: (shipments) => shipInto(layout, puts, shipments, context, erase),
    close: () => client.close(),
  }
}

/** Connects, makes what is missing, and tries all that deliveries do on rows of nobody. */
export async function check(target: Target, context: Context): Promise<void> {
  const client = newClient(target.login, context)
  const { place, layout } = target
  try {
    await prepare(client, place, LAYOUTS[layout], { thorough: true })
    const puts = putsBy(place, (statements) => tryOnNobody(client, statements, context.timeoutMs))
    await putNobody(layout, puts, context.now())
  } catch (error) {
    throw refusalOf(error, refusing(target))
  } finally {
    await client.close()
  }
}

const refusing = ({ login, role, place }: Target) => ({ database: login.database, role, schema: place.schema })
const putsBy = (place: Place, run: (statements: Statement[]) => Promise<void>): Puts => ({
  typed: (turn) => run(typedTurn(place, turn)),
  pointers: (turn) => run(pointerTurn(place, turn)),
})
