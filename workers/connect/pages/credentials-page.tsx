import type { PageContext } from './context.ts'
import { Field } from './field.tsx'
import { Lock } from './icons.tsx'
import { Layout } from './layout.tsx'
import { Mark } from './mark.tsx'
import { fill, ofApp, Say } from './say.tsx'

export interface CredentialField {
  name: string
  label: string
  secret: boolean
  help: string | null
  type: 'text' | 'password' | 'url' | 'email'
}
interface CredentialsProps {
  context: PageContext
  name: string
  action: string
  fields: CredentialField[]
  /** Where people find what is asked for. */
  help: { text: string; url: string } | null
  /** A code, or a sentence. */
  error: string | null
  /** What was typed before; secrets in it are not shown again. */
  values: Record<string, string>
  cancel?: string | null
}

/** For sources that know no sign-in page of their own: a key, or the name and password of a login. */
export const CredentialsPage = (props: CredentialsProps) => {
  const { context, name, action, fields, help, error, values, cancel } = props
  const { credentials } = context.words
  const app = context.look.name
  const said = { name, app: app ?? '' }
  return (
    <Layout context={context} title={fill(credentials.title, said)} step={2}>
      <div class="told">
        <Mark name={name} large />
        <h1>
          <Say text={credentials.title} values={said} />
        </h1>
        <p class="intro">
          <Say text={ofApp(credentials.intro, app)} values={said} />
        </p>
      </div>
      {error && (
        <p class="notice bad" role="alert" id="error">
          {whatIsWrong(context, error)}
        </p>
      )}
      <form class="fields" method="post" action={action}>
        {fields.map((field) => (
          <Field field={field} words={context.words} value={values[field.name] ?? ''} wrong={error !== null} />
        ))}
        {help && (
          <p class="help">
            <a href={help.url} target="_blank" rel="noopener noreferrer">
              {help.text}
              <span class="unseen"> ({context.words.picker.newTab})</span>
            </a>
          </p>
        )}
        <button type="submit" class="button">
          {credentials.submit}
        </button>
      </form>
      <footer>
        <p class="promise">
          <Lock />
          <span>{credentials.kept}</span>
        </p>
        {cancel && (
          <a class="button quiet" href={cancel}>
            {credentials.cancel}
          </a>
        )}
      </footer>
    </Layout>
  )
}

function whatIsWrong({ words }: PageContext, error: string): string {
  const { errors } = words.credentials
  if (Object.hasOwn(errors, error)) return errors[error as keyof typeof errors]
  return error.includes(' ') ? error : words.result.reasons.unknown
}
