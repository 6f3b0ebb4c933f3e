import { Hono } from 'hono'
import { sharedPages } from '../../suppliers/pages/routes.ts'
import { supplierInvite } from './invite.tsx'
import { supplierList } from './list.tsx'
import { supplierPulls } from './pulls.tsx'
import { supplierSettings } from './settings.tsx'
import { developerSide, type SuppliersEnv } from './side.tsx'
import { supplierPage } from './supplier.tsx'

/** `/dashboard/suppliers`: the list, and below each supplier and environment the pages of one. */
export const suppliers = new Hono<SuppliersEnv>()
suppliers.route('/', supplierInvite)
suppliers.route('/', supplierList)

// In a group of its own: the router puts its anchors beside the words as they are.
const ONE = '/:supplier_id/:environment{(?:sandbox|production)}'
suppliers.use(ONE, developerSide)
suppliers.use(`${ONE}/*`, developerSide)
suppliers.route(ONE, supplierPage)
suppliers.route(ONE, supplierPulls)
suppliers.route(ONE, supplierSettings)
suppliers.route(ONE, sharedPages as unknown as Hono<SuppliersEnv>)
