import type { Counted, Words } from '../words.ts'
import type { PickerProvider } from './context.ts'

/** By name or category, whatever the accents and capitals. The script says the same. */
export function matches(provider: PickerProvider, words: Words, query: string, category: string | null): boolean {
  const text = plain(`${provider.name} ${categoryName(words, provider.category)}`)
  return (!category || provider.category === category) && text.includes(plain(query.trim()))
}
const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** A category that has no word yet is shown as it is called. */
export const categoryName = (words: Words, category: string): string =>
  (words.categories as Record<string, string>)[category] ?? category

export function counted(forms: Counted, n: number, language: string): string {
  const form = forms[new Intl.PluralRules(language).select(n)] ?? forms.other
  return form.replace('{n}', new Intl.NumberFormat(language).format(n))
}
