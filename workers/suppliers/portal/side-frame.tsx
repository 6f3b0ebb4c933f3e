import type { Side } from '../pages/side.ts'
import { PortalFrame } from './frame.tsx'
import type { PortalSession } from './session.ts'

/** The portal's frame for pages that both sides have. */
export const sideFrame =
  (session: PortalSession): Side['Frame'] =>
  (props) => <PortalFrame {...props} session={session} />
