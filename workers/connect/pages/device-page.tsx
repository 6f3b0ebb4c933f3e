import type { PageContext } from './context.ts'
import { Onward } from './icons.tsx'
import { Layout } from './layout.tsx'
import { Mark } from './mark.tsx'
import { fill, ofApp, Say } from './say.tsx'

/** A source on the phone: no page can read it, the developer's app does. */
export const DevicePage = (props: { context: PageContext; name: string; continueUrl: string | null }) => {
  const { context, name, continueUrl } = props
  const { device } = context.words
  const app = context.look.name
  const values = { name, app: app ?? '' }
  return (
    <Layout context={context} title={fill(device.title, values)} step={2}>
      <div class="told">
        <Mark name={name} large />
        <h1>
          <Say text={device.title} values={values} />
        </h1>
        <p class="intro">{device.intro}</p>
      </div>
      <ol class="todo">
        {[ofApp(device.open, app), device.allow, ofApp(device.keep, app)].map((text) => (
          <li>
            <span>
              <Say text={text} values={values} />
            </span>
          </li>
        ))}
      </ol>
      {continueUrl ? (
        <a class="button" href={continueUrl}>
          <span>
            <Say text={ofApp(device.next, app)} values={values} />
          </span>
          <Onward />
        </a>
      ) : (
        <p class="aside">{context.words.result.close}</p>
      )}
    </Layout>
  )
}
