import type { Field } from './fields.ts'
import { Marked } from './marked.tsx'

export const FieldTable = ({ fields }: { fields: Field[] }) => (
  <table>
    <thead>
      <tr>
        <th scope="col">Name</th>
        <th scope="col">Type</th>
        <th scope="col">Required</th>
        <th scope="col">Description</th>
      </tr>
    </thead>
    <tbody>
      {fields.map(({ name, type, required, description }) => (
        <tr>
          <td>
            <code>{name}</code>
          </td>
          <td class="soft">{type}</td>
          <td class="required">{required ? 'required' : ''}</td>
          <td>
            <Marked text={description} />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)
