import type { PageContext, PickerProvider } from './context.ts'
import { Filter } from './filter.tsx'
import { Lock, Onward, Tick } from './icons.tsx'
import { Layout } from './layout.tsx'
import { Mark } from './mark.tsx'
import { categoryName, counted, matches, textOf } from './matches.ts'
import { ofApp, Say } from './say.tsx'

interface PickerProps {
  context: PageContext
  action: string
  /** All that can be chosen: those that the search does not mean are there and hidden, for the script to show. */
  providers: PickerProvider[]
  categories: string[]
  query: string
  category: string | null
  /** The source that has just been connected. */
  notice: string | null
  cancel: string | null
  /** Where somebody goes who has connected all that they came for. */
  done?: string | null
  /** Where an embedding page waits while the source is open in a tab of its own; `&resource=` is added. */
  wait?: string | null
}

export const PickerPage = (props: PickerProps) => {
  const { context, action, providers, query, category, notice, cancel, done, wait } = props
  const { picker } = context.words
  const app = context.look.name
  const found = providers.filter((provider) => matches(provider, context.words, query, category))
  return (
    <Layout context={context} title={picker.title} step={1}>
      <h1>{picker.title}</h1>
      <p class="intro">
        <Say text={ofApp(picker.intro, app)} values={{ app: app ?? '' }} />
      </p>
      {notice && (
        <p class="notice good" role="status">
          <Tick />
          <span>
            <Say text={context.words.result.connected.named} values={{ name: notice }} />
          </span>
        </p>
      )}
      <Filter {...props} />
      <p class="count" role="status" data-forms={JSON.stringify(picker.count)}>
        {counted(picker.count, found.length, context.language)}
      </p>
      <div class="none" hidden={found.length > 0}>
        <p>{picker.none}</p>
        <a class="button quiet" href={action}>
          {picker.showAll}
        </a>
      </div>
      <ul class="sources" aria-label={picker.list}>
        {providers.map((provider) => (
          <Source {...{ context, action, provider, wait }} hidden={!found.includes(provider)} />
        ))}
      </ul>
      <footer>
        <p class="promise">
          <Lock />
          <span>
            <Say text={ofApp(picker.promise, app)} values={{ app: app ?? '' }} />
          </span>
        </p>
        {done && (
          <a class="button" href={done}>
            <Say text={ofApp(context.words.result.back, app)} values={{ app: app ?? '' }} />
          </a>
        )}
        {cancel && !done && (
          <a class="button quiet" href={cancel}>
            {picker.cancel}
          </a>
        )}
      </footer>
    </Layout>
  )
}

interface SourceProps {
  context: PageContext
  action: string
  provider: PickerProvider
  hidden: boolean
  wait?: string | null
}
/** One press and it goes on. In an embedding page it goes on in a tab of its own, where sources agree to be shown. */
const Source = ({ context: { words, embedded }, action, provider, hidden, wait }: SourceProps) => {
  const { name, resource, connected, beta } = provider
  const category = categoryName(words, provider.category)
  return (
    <li hidden={hidden} data-category={provider.category} data-text={textOf(provider, words)}>
      <form
        method="post"
        action={`${action}/connect`}
        target={embedded ? '_blank' : undefined}
        data-wait-at={embedded && wait ? `${wait}&resource=${encodeURIComponent(resource)}` : undefined}
      >
        <input type="hidden" name="resource" value={resource} />
        <button type="submit" class="source">
          <Mark name={name} />
          <span class="about">
            <span class="line">
              <bdi class="name">{name}</bdi> {connected && <Badge text={words.picker.connected} good />}
              {beta && <Badge text={words.picker.beta} />}
            </span>
            <span class="kind">{category}</span>
            {embedded && <span class="unseen"> ({words.picker.newTab})</span>}
          </span>
          <Onward />
        </button>
      </form>
    </li>
  )
}

const Badge = ({ text, good = false }: { text: string; good?: boolean }) => (
  <span class={good ? 'badge good' : 'badge'}>
    {good && <Tick />}
    {text}
  </span>
)
