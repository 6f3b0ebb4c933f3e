import type { PageContext } from './context.ts'
import { Lens } from './icons.tsx'
import { categoryName } from './matches.ts'

interface FilterProps {
  context: PageContext
  action: string
  categories: string[]
  query: string
  category: string | null
}

/** A search that needs no script. Enter presses the first button, so it carries the category that is shown. */
export const Filter = ({ context: { words }, action, categories, query, category }: FilterProps) => (
  <search>
    <form class="filter" method="get" action={action}>
      <div class="search">
        <Lens />
        <label class="unseen" for="q">
          {words.picker.search}
        </label>
        <input
          id="q"
          type="search"
          name="q"
          value={query}
          placeholder={words.picker.search}
          autocomplete="off"
          autocapitalize="none"
          enterkeyhint="search"
        />
        <button type="submit" class="button go" name="category" value={category ?? ''}>
          {words.picker.submit}
        </button>
      </div>
      {categories.length > 1 && (
        <fieldset class="chips">
          <legend class="unseen">{words.picker.filter}</legend>
          {['', ...categories].map((one) => (
            <button
              type="submit"
              name="category"
              value={one}
              aria-pressed={(category ?? '') === one ? 'true' : 'false'}
            >
              {one ? categoryName(words, one) : words.picker.all}
            </button>
          ))}
        </fieldset>
      )}
    </form>
  </search>
)
