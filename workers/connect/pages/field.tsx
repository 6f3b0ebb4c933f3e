import type { Words } from '../words.ts'
import type { CredentialField } from './credentials-page.tsx'

/** Labels of the sources are English; those that many share have a word in every language. */
const KNOWN: Record<string, keyof Words['labels']> = {
  email: 'email',
  'email address': 'email',
  password: 'password',
  username: 'username',
  'user name': 'username',
  'api key': 'apiKey',
  'server address': 'address',
}

interface FieldProps {
  field: CredentialField
  words: Words
  value: string
  wrong: boolean
}
/** What is typed is not prose: it is written left to right, and no keyboard may mend it. */
export const Field = ({ field, words, value, wrong }: FieldProps) => {
  const { name, label, secret, help, type } = field
  const id = `field-${name}`
  const known = KNOWN[label.toLowerCase()]
  return (
    <div class="field">
      <label for={id}>{known ? words.labels[known] : label}</label>
      <input
        id={id}
        name={name}
        type={secret ? 'password' : type}
        value={secret ? undefined : value}
        dir="ltr"
        required
        autocomplete={autocompleteOf(field)}
        autocapitalize="none"
        autocorrect="off"
        aria-invalid={wrong ? 'true' : undefined}
        aria-describedby={[wrong && 'error', help && `${id}-help`].filter(Boolean).join(' ') || undefined}
      />
      {help && (
        <p class="help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  )
}

function autocompleteOf({ type, name }: CredentialField): string {
  if (type === 'email') return 'email'
  if (type === 'password') return 'current-password'
  return name === 'username' ? 'username' : 'off'
}
