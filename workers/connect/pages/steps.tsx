import type { Words } from '../words.ts'

/** Where in the three steps we are. A finished step says so in words too, not by its mark alone. */
export const Steps = ({ words, now }: { words: Words['steps']; now: 1 | 2 | 3 }) => (
  <ol class="steps" aria-label={words.label}>
    {[words.choose, words.signIn, words.done].map((name, index) => {
      const step = index + 1
      return (
        <li class={step < now ? 'past' : undefined} aria-current={step === now ? 'step' : undefined}>
          {name}
          {step < now && <span class="unseen"> ({words.finished})</span>}
        </li>
      )
    })}
  </ol>
)
