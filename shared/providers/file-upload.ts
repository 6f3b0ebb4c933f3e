import { defineProvider } from '../source/define.ts'

/** Files that are not of a connection to somebody's cloud: whoever exports from a watch, an app or a clinic sends them here. */
export default defineProvider({
  slug: 'file-upload',
  resource: 'UPLOAD',
  name: 'File upload',
  category: 'phone',
  origins: [],
  auth: { kind: 'file', any: true },
  connected: { historyDays: 0 },
  pulls: {},
  notices: {},
  maps: {},
})
