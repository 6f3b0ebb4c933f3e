import type { Finding } from '../../../shared/supply/lint.ts'

/** What the linter says of a contract, each at its place. */
export const Findings = ({ findings }: { findings: Finding[] }) =>
  findings.length === 0 ? null : (
    <ul class="changes">
      {findings.map(({ level, pointer, message }) => (
        <li>
          <span class={`badge ${level === 'error' ? 'bad' : 'warn'}`}>{level}</span>
          <code>{pointer === '' ? 'the document' : pointer}</code>
          <p>{message}</p>
        </li>
      ))}
    </ul>
  )
