import type { PageContext } from './context.ts'
import { Layout } from './layout.tsx'
import { Mark } from './mark.tsx'
import { Say } from './say.tsx'

/** Often enough to feel at once, seldom enough for a phone. */
const LOOK_AGAIN_SECONDS = 3

interface WaitProps {
  context: PageContext
  name: string
  url: string
  /** The list, for who gave up in the other tab. */
  back?: string | null
}

/** In an embedding page, while the person signs in in another tab. */
export const WaitPage = ({ context, name, url, back }: WaitProps) => {
  const { wait, credentials } = context.words
  return (
    <Layout context={context} title={wait.title} step={2} refresh={{ seconds: LOOK_AGAIN_SECONDS, url }}>
      <div class="told" data-wait={url} data-seconds={LOOK_AGAIN_SECONDS}>
        <div class="moving">
          <Mark name={name} large />
        </div>
        <h1>{wait.title}</h1>
        <p class="intro">
          <Say text={wait.text} values={{ name }} />
        </p>
        <a class="button quiet" href={url}>
          {wait.look}
        </a>
        {back && (
          <a class="button quiet" href={back}>
            {credentials.cancel}
          </a>
        )}
      </div>
    </Layout>
  )
}
