import { Marked } from '../manual/marked.tsx'
import { type FormField, shownValue } from './form-fields.ts'

interface FieldsProps {
  fields: FormField[]
  prefix?: string
  values: Record<string, unknown>
  /** What was refused: the fields it names are marked. */
  error?: string | undefined
  secret?: boolean
}

/** Inputs for each field: labelled, explained, and marked where the refusal names them. */
export const Fields = ({ fields, prefix = '', values, error, secret = false }: FieldsProps) => (
  <>
    {fields.map((field) => (
      <Input
        field={field}
        name={`${prefix}${field.name}`}
        value={values[field.name] ?? field.otherwise}
        wrong={error !== undefined && new RegExp(`\\b${field.name}\\b`).test(error)}
        secret={secret}
      />
    ))}
  </>
)

interface InputProps {
  field: FormField
  name: string
  value: unknown
  wrong: boolean
  secret: boolean
}
const Input = (props: InputProps) => {
  const { field, name, value } = props
  if (field.kind === 'flag')
    return (
      <div class="field flag">
        <input id={name} name={name} type="checkbox" checked={value === true} aria-describedby={helpOf(props)} />
        <label for={name}>{field.label}</label>
        <Help {...props} />
      </div>
    )
  if (field.kind === 'choices')
    return (
      <fieldset class="field">
        <legend>{field.label}</legend>
        <Help {...props} />
        <div class="choices">
          {field.choices.map((choice) => (
            <label>
              <input
                type="checkbox"
                name={name}
                value={choice}
                checked={Array.isArray(value) && value.includes(choice)}
              />
              <span>{choice}</span>
            </label>
          ))}
        </div>
      </fieldset>
    )
  return (
    <div class="field">
      <label for={name}>
        {field.label}
        {field.required && <span class="required"> required</span>}
      </label>
      <Control {...props} />
      <Help {...props} />
    </div>
  )
}

const Control = (props: InputProps) => {
  const { field, name, value, wrong, secret } = props
  const shared = {
    id: name,
    name,
    required: field.required,
    'aria-invalid': wrong ? ('true' as const) : undefined,
    'aria-describedby': helpOf(props),
  }
  if (field.kind === 'choice')
    return (
      <select {...shared}>
        {!field.required && field.otherwise === undefined && <option value="">not set</option>}
        {field.choices.map((choice) => (
          <option value={choice} selected={String(value) === choice}>
            {choice}
          </option>
        ))}
      </select>
    )
  if (['long', 'map', 'json'].includes(field.kind))
    return (
      <textarea {...shared} rows={field.kind === 'long' ? 5 : 3} spellcheck={false} autocomplete="off">
        {secret ? '' : shownValue(field, value)}
      </textarea>
    )
  return (
    <input
      {...shared}
      type={secret ? 'password' : field.kind === 'number' ? 'number' : field.kind === 'url' ? 'url' : 'text'}
      value={secret ? undefined : shownValue(field, value)}
      min={field.min}
      max={field.max}
      step={field.kind === 'number' ? 'any' : undefined}
      autocomplete={secret ? 'new-password' : 'off'}
      autocapitalize="none"
      spellcheck={false}
    />
  )
}

const helpOf = ({ field, name }: InputProps) => (field.help ? `${name}-help` : undefined)
const Help = ({ field, name }: InputProps) =>
  field.help ? (
    <p class="help" id={`${name}-help`}>
      <Marked text={field.help} />
    </p>
  ) : null
