import type { ContractLooked } from '../contract-views.ts'
import { Act, ForGood } from './parts.tsx'
import type { Side } from './side.ts'

interface Props {
  contract: ContractLooked
  who: Side['who']
  path: string
}

/** What can be done with a contract where it stands, by who looks at it. */
export const ContractActions = ({ contract: { state, comparison }, who, path }: Props) => {
  if (state === 'draft')
    return (
      <div class="actions">
        <Act to={`${path}/submit`} look="">
          Hand in for review
        </Act>
        <ForGood to={`${path}/delete`} what="Delete the draft" />
      </div>
    )
  if (who === 'supplier')
    return state === 'review' ? (
      <div class="actions">
        <Act to={`${path}/withdraw`}>Take back from review</Act>
      </div>
    ) : null
  if (state === 'review') return <Review path={path} breaking={comparison?.compatible === false} />
  if (state === 'active')
    return (
      <form class="row" method="post" action={`${path}/deprecate`}>
        <label>
          Taken until
          <input type="date" name="sunset" required />
        </label>
        <button type="submit" class="quiet">
          Deprecate
        </button>
      </form>
    )
  // A deprecated one retires by itself on its last day, and not before: that was promised.
  return null
}

/** The developer's decision: what breaks somebody takes a date until which the older version is taken. */
const Review = ({ path, breaking }: { path: string; breaking: boolean }) => (
  <section class="panel" aria-label="Review">
    <h2>Your review</h2>
    <form class="row" method="post" action={`${path}/activate`}>
      {breaking && (
        <label>
          The older version is taken until
          <input type="date" name="sunset" required />
        </label>
      )}
      <button type="submit">Make it active</button>
    </form>
    <form class="row" method="post" action={`${path}/return`}>
      <label>
        What is to change
        <input name="note" required maxlength={1_000} autocomplete="off" />
      </label>
      <button type="submit" class="quiet">
        Give it back
      </button>
    </form>
  </section>
)
