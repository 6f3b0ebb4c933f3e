import type { PageContext } from './context.ts'
import { Onward } from './icons.tsx'
import { Layout } from './layout.tsx'
import { Mark } from './mark.tsx'
import { fill, Say } from './say.tsx'

/** On the way to the source. A redirect would be stopped by form-action of the content security policy. */
export const LeavingPage = ({ context, name, url }: { context: PageContext; name: string; url: string }) => {
  const { leaving } = context.words
  return (
    <Layout context={context} title={fill(leaving.title, { name })} step={2} refresh={{ seconds: 0, url }}>
      <div class="told">
        <div class="moving">
          <Mark name={name} large />
        </div>
        <h1>
          <Say text={leaving.title} values={{ name }} />
        </h1>
        <p class="intro">{leaving.text}</p>
        <a class="button" href={url}>
          <span>
            <Say text={leaving.link} values={{ name }} />
          </span>
          <Onward />
        </a>
      </div>
    </Layout>
  )
}
