import { defineProvider } from '../source/define.ts'

/** People whose records suppliers push under contracts, which say how they are read. */
export default defineProvider({
  slug: 'supplier',
  resource: 'SUPPLIER',
  name: 'Supplier',
  category: 'phone',
  origins: [],
  auth: { kind: 'file', supplied: 'production' },
  connected: { historyDays: 0 },
  pulls: {},
  notices: {},
  maps: {},
})
