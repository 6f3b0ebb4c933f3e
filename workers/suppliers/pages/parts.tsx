import type { Child, PropsWithChildren } from 'hono/jsx'
import { ago } from '../../dashboard/views.ts'
import { inWords, moment, toneOf } from './words.ts'

/** Small things that many of these pages are made of. */
export const State = ({ state }: { state: string }) => <span class={`badge ${toneOf(state)}`}>{inWords(state)}</span>

/** When, as a person counts; exactly, where one points at it. */
export const When = ({ at }: { at: string | null | undefined }) =>
  at === null || at === undefined ? (
    <>–</>
  ) : (
    <time datetime={at} title={`${moment(at)} UTC`}>
      {Date.parse(at) > Date.now() ? moment(at) : ago(at)}
    </time>
  )

export const Facts = ({ facts }: { facts: [name: string, value: Child][] }) => (
  <dl class="terms">
    {facts.map(([name, value]) => (
      <>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </>
    ))}
  </dl>
)

/** A table that may be wider than the screen. `right`: columns of figures. */
export const Table = ({ heads, rows, right = [] }: { heads: string[]; rows: Child[][]; right?: number[] }) => (
  <div class="scroll" tabindex={0}>
    <table>
      <thead>
        <tr>
          {heads.map((head, i) => (
            <th scope="col" class={right.includes(i) ? 'right' : undefined}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr>
            {row.map((cell, i) => (
              <td class={right.includes(i) ? 'right' : undefined}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

/** Choices of one list, as links: works without a form. */
export const Filters = ({
  label,
  choices,
}: {
  label: string
  choices: [title: string, href: string, here: boolean][]
}) => (
  <nav class="filters" aria-label={label}>
    {choices.map(([title, href, here]) => (
      <a href={href} aria-current={here ? 'true' : undefined}>
        {title}
      </a>
    ))}
  </nav>
)

/** A press that does something, by itself. */
export const Act = ({ to, look = 'quiet', children }: PropsWithChildren<{ to: string; look?: string }>) => (
  <form method="post" action={to}>
    <button type="submit" class={look}>
      {children}
    </button>
  </form>
)

/** What cannot be taken back takes a second press. `children`: what the form sends besides. */
export const ForGood = ({ to, what, children }: PropsWithChildren<{ to: string; what: string }>) => (
  <details class="for-good">
    <summary>{what}</summary>
    <form method="post" action={to}>
      {children}
      <button type="submit" class="danger">
        {what} for good
      </button>
    </form>
  </details>
)

/** Which part of a list is shown, and the way to all of it. */
export const Only = ({ of, all }: { of: string | undefined; all: string }) =>
  of === undefined ? null : (
    <p class="soft">
      Only of <code>{of}</code>. <a href={all}>Show all</a>
    </p>
  )

/** What a page of `Frame goesOn` looks at again every few seconds; `goesOn` false: no more. */
export const GoingOn = ({ goesOn, children }: PropsWithChildren<{ goesOn: boolean }>) => (
  <div id="going-on" data-again={goesOn ? AGAIN_S : undefined}>
    {children}
  </div>
)
const AGAIN_S = 2
/** Such a page has a script, which asks for it anew. */
export const LOOKS_AGAIN = { script: "'self'", connect: "'self'" }

export const More = ({ href }: { href: string | null }) =>
  href === null ? null : (
    <p>
      <a href={href}>More</a>
    </p>
  )

/** A path of a list with the filter that is on, and what changes of it. Empty is left out. */
export function withQuery(path: string, ...parts: Record<string, string | number | null | undefined>[]): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(Object.assign({}, ...parts) as Record<string, unknown>))
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value))
  return query.size === 0 ? path : `${path}?${query}`
}
