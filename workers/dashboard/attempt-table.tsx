import { type AttemptView, ago } from './views.ts'

const TONES = { delivered: 'good', retry: 'warn', rejected: 'bad' } as const
/** Of an answer, so much is shown; all that is kept of it is in the API. */
const ANSWER_SHOWN = 300

export const AttemptTable = ({ attempts }: { attempts: AttemptView[] }) => (
  <div class="scroll" tabindex={0}>
    <table>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Outcome</th>
          <th scope="col">Type</th>
          <th scope="col">Events</th>
          <th scope="col">Took</th>
          <th scope="col">Answer</th>
        </tr>
      </thead>
      <tbody>
        {attempts.map((one) => (
          <tr>
            <td>
              <time datetime={one.started_at}>{ago(one.started_at)}</time>
            </td>
            <td>
              <span class={`badge ${TONES[one.outcome]}`}>{one.outcome}</span>
            </td>
            <td>{one.type}</td>
            <td>{one.events}</td>
            <td>{Math.round(one.duration_ms)} ms</td>
            <td>
              {[one.reason, one.response?.slice(0, ANSWER_SHOWN)].filter(Boolean).join(': ') || (one.status ?? '')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)
