import type { ComparisonView } from './views.ts'

/** What a new version changes for either side; what breaks somebody comes first. */
export const Comparison = ({ comparison: { against, compatible, changes } }: { comparison: ComparisonView }) => (
  <>
    <h2>What changes, against {against}</h2>
    {changes.length === 0 ? (
      <p class="soft">Nothing that anybody would notice.</p>
    ) : (
      <p class={`notice ${compatible ? 'good' : 'warn'}`}>
        {compatible
          ? 'Who holds to the older version holds to this one too.'
          : 'This breaks somebody who holds to the older version: it needs a new major, and a last day for the old one.'}
      </p>
    )}
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

type Change = ComparisonView['changes'][number]
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
