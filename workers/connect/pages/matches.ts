import type { Counted, Words } from '../words.ts'
import type { PickerProvider } from './context.ts'

/** By its names or its category, whatever the accents and capitals. The script says the same. */
export function matches(provider: PickerProvider, words: Words, query: string, category: string | null): boolean {
  return (!category || provider.category === category) && plain(textOf(provider, words)).includes(plain(query.trim()))
}
/** What is searched: people know a source by either name. */
export const textOf = ({ name, resource, category }: PickerProvider, words: Words): string =>
  `${name} ${resource.replaceAll('_', ' ')} ${categoryName(words, category)}`
const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** A category that has no word yet is shown as it is called. */
export const categoryName = (words: Words, category: string): string =>
  (words.categories as Record<string, string>)[category] ?? category

export function counted(forms: Counted, n: number, language: string): string {
  const form = forms[new Intl.PluralRules(language).select(n)] ?? forms.other
  return form.replace('{n}', new Intl.NumberFormat(language).format(n))
}
