import type { SendContext } from '../../define.ts'
import type { Link } from '../../shipment.ts'
import { migrate } from '../migrate.ts'
import { LAYOUTS, type LayoutName, type Puts, putNobody, shipInto } from '../ship.ts'
import { checkVersion, refusalOf } from './check.ts'
import { putPointers } from './put-pointers.ts'
import { putTyped } from './put-typed.ts'
import { type Login, openSession, type Session } from './session.ts'
import { schemaTools } from './tables.ts'
import { inTransaction, inVain, type Transaction } from './transaction.ts'

/** A database as a destination's settings name it. */
export interface Target {
  login: Login
  /** What the names of our tables begin with. */
  prefix: string
  layout: LayoutName
  erase: boolean
}
type Context = Pick<SendContext<unknown, unknown>, 'signal' | 'timeoutMs' | 'now' | 'linkTo'>

/** Connects, and brings the tables to this version. */
export async function connect(target: Target, context: Context): Promise<Link> {
  const session = await prepared(target, context, { thorough: false })
  const puts = putsBy((work) => inTransaction(session, target.prefix, work))
  return {
    ship: (shipments) => shipInto(target.layout, puts, shipments, context, target.erase),
    close: () => session.close(),
  }
}

/** Connects, makes what is missing, and tries all that deliveries do: for nobody, and taken back. */
export async function check(target: Target, context: Context): Promise<void> {
  const session = await prepared(target, context, { thorough: true })
  try {
    await inVain(session, target.prefix, async (db) => {
      const puts = putsBy((work) => work(db))
      // The second time there are rows to change.
      await putNobody(target.layout, puts, context.now())
      await putNobody(target.layout, puts, context.now())
    })
  } catch (error) {
    throw refusalOf(error)
  } finally {
    await session.close()
  }
}

async function prepared(
  { login, layout, prefix }: Target,
  context: Context,
  how: { thorough: boolean },
): Promise<Session> {
  let session: Session | undefined
  try {
    session = await openSession(login, context)
    checkVersion(session.version)
    await migrate(LAYOUTS[layout], schemaTools(session, prefix, LAYOUTS[layout]), how)
    return session
  } catch (error) {
    await session?.close()
    throw refusalOf(error)
  }
}

const putsBy = (run: (work: (db: Transaction) => Promise<void>) => Promise<void>): Puts => ({
  typed: (turn) => run((db) => putTyped(db, turn)),
  pointers: (turn) => run((db) => putPointers(db, turn)),
})
