import { defineProvider } from '../source/define.ts'

/** People whom suppliers make up while they try out what they will push. */
export default defineProvider({
  slug: 'supplier-sandbox',
  resource: 'SUPPLIER_SANDBOX',
  name: 'Supplier (sandbox)',
  category: 'phone',
  origins: [],
  auth: { kind: 'file', supplied: 'sandbox' },
  connected: { historyDays: 0 },
  pulls: {},
  notices: {},
  maps: {},
})
