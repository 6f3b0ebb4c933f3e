import type { Comparison as Compared } from '../../../shared/supply/compatibility.ts'

/** What a new version changes for either side; what breaks somebody comes first. */
export const Comparison = ({ comparison: { older, compatible, summary, changes } }: { comparison: Compared }) => (
  <>
    <h2>What changes, against {older}</h2>
    <p class={`notice ${compatible ? 'good' : 'warn'}`}>
      {summary}
      {!compatible && ' It takes a last day for the older version.'}
    </p>
    <ul class="changes">
      {changes
        .toSorted((a, b) => rankOf(a) - rankOf(b))
        .map((change) => (
          <li>
            <code>{change.path}</code> <span class="soft">{change.change.replaceAll('_', ' ')}</span>
            <Effect who="Supplier" {...change.supplier} />
            <Effect who="Developer" {...change.developer} />
          </li>
        ))}
    </ul>
  </>
)

type Change = Compared['changes'][number]
const rankOf = ({ supplier, developer }: Change): number =>
  Math.min(ORDER.indexOf(supplier.effect), ORDER.indexOf(developer.effect))
const ORDER = ['breaking', 'warning', 'none']
const TONES = { breaking: 'bad', warning: 'warn', none: 'calm' }

const Effect = ({ who, effect, says }: Change['supplier'] & { who: string }) =>
  effect === 'none' ? null : (
    <p>
      <span class={`badge ${TONES[effect]}`}>{effect === 'breaking' ? `breaks the ${who.toLowerCase()}` : who}</span>
      {says}
    </p>
  )
