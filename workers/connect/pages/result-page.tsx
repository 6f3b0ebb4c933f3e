import type { PageContext } from './context.ts'
import { Cross, Tick } from './icons.tsx'
import { Layout } from './layout.tsx'
import { fill, ofApp, Say } from './say.tsx'
import { whyNot } from './why-not.ts'

interface ResultProps {
  context: PageContext
  ok: boolean
  /** The source; null where a link does not tell. */
  name: string | null
  /** A code; not looked at when it went well. */
  reason: string | null
  backUrl: string | null
  /** Where to start once more. */
  again: string | null
}

export const ResultPage = ({ context, ok, name, reason, backUrl, again }: ResultProps) => {
  const { result } = context.words
  const app = context.look.name
  const values = { name: name ?? '', app: app ?? '' }
  const used = !ok && reason === 'already_used'
  const title = used ? result.used : (ok ? result.connected : result.failed)[name ? 'named' : 'plain']
  const retry = ok ? null : again
  return (
    <Layout context={context} title={fill(title, values)} step={ok ? 3 : 2}>
      <div class="told">
        <div class={ok ? 'seal good' : used ? 'seal' : 'seal bad'}>{ok ? <Tick /> : <Cross />}</div>
        <h1>
          <Say text={title} values={values} />
        </h1>
        <p class="intro">
          {ok ? <Say text={ofApp(result.connectedText, app)} values={values} /> : whyNot(context.words, reason)}
        </p>
        {retry && (
          <a class="button" href={retry}>
            {result.again}
          </a>
        )}
        {backUrl && (
          <a class={retry ? 'button quiet' : 'button'} href={backUrl}>
            <span>
              <Say text={ofApp(result.back, app)} values={values} />
            </span>
          </a>
        )}
        {!retry && !backUrl && <p class="aside">{result.close}</p>}
      </div>
    </Layout>
  )
}
