import type { Side } from './side.ts'

/** Pages of a supplier, in the order of a first visit; some are of one side only. */
const TABS: [here: string, title: string, who?: Side['who']][] = [
  ['', 'Overview'],
  ['quality', 'Quality'],
  ['batches', 'Batches'],
  ['quarantine', 'Quarantine'],
  ['subjects', 'Subjects'],
  ['contracts', 'Contracts'],
  ['try', 'Try it', 'supplier'],
  ['pulls', 'Pulls'],
  ['credentials', 'Credentials', 'supplier'],
  ['limits', 'Limits'],
  ['settings', 'Settings'],
]

export const Tabs = ({ who, home, here }: Pick<Side, 'who' | 'home'> & { here: string }) => (
  <nav class="tabs" aria-label="Supplier">
    {TABS.filter(([, , only]) => only === undefined || only === who).map(([path, title]) => (
      <a href={path === '' ? home : `${home}/${path}`} aria-current={path === here ? 'page' : undefined}>
        {title}
      </a>
    ))}
  </nav>
)
