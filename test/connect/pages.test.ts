import { describe, expect, test } from 'vitest'
import { accentOf, contrast, SURFACES } from '../../workers/connect/pages/accent.ts'
import type { PageContext, PickerProvider } from '../../workers/connect/pages/context.ts'
import { CredentialsPage } from '../../workers/connect/pages/credentials-page.tsx'
import { DevicePage } from '../../workers/connect/pages/device-page.tsx'
import { LeavingPage } from '../../workers/connect/pages/leaving-page.tsx'
import { counted } from '../../workers/connect/pages/matches.ts'
import { PickerPage } from '../../workers/connect/pages/picker-page.tsx'
import { ResultPage } from '../../workers/connect/pages/result-page.tsx'
import { WaitPage } from '../../workers/connect/pages/wait-page.tsx'
import { LANGUAGES, wordsOf } from '../../workers/connect/words.ts'

const contextOf = (language: string, more: Partial<PageContext> = {}): PageContext => ({
  ...wordsOf(language, undefined),
  look: { name: 'Morgenlauf', logo: null, color: null },
  nonce: 'n0nce',
  embedded: false,
  ...more,
})
const OURA: PickerProvider = {
  resource: 'OURA',
  name: 'Oura',
  category: 'wearable',
  kind: 'oauth',
  connected: false,
  beta: false,
}
const picker = { action: '/p', providers: [OURA], categories: ['wearable'], query: '', category: null }
const pickerPage = async (context: PageContext) =>
  String(await PickerPage({ context, ...picker, notice: null, cancel: null }))

describe('a language', () => {
  test('is the session’s, as people write it', () => {
    for (const asked of ['de', 'DE', 'de-CH', 'de_AT', ' de ']) expect(wordsOf(asked, 'fr').language).toBe('de')
  })
  test('is the browser’s best where the session asks for none, or for one that we do not speak', () => {
    expect(wordsOf(null, 'sv, fr;q=0.5, pl;q=0.8, en;q=0.1').language).toBe('pl')
    expect(wordsOf('tlh', 'sv, nl-BE').language).toBe('nl')
    expect(wordsOf(null, 'de;q=0, it').language).toBe('it')
  })
  test('is English where nothing is known', () => {
    for (const header of [undefined, '', '*', 'sv;q=x', ';;,', 'constructor, __proto__'])
      expect(wordsOf(null, header).language).toBe('en')
  })
  test('goes from right to left where people read so', () => {
    expect(LANGUAGES.filter((language) => wordsOf(language, undefined).dir === 'rtl')).toEqual(['ar'])
  })
  test.each(LANGUAGES)('has words of its own and the same placeholders as English: %s', (language) => {
    const [english, words] = [flat(wordsOf('en', undefined).words), flat(wordsOf(language, undefined).words)]
    for (const [path, text] of Object.entries(words)) {
      if (path.startsWith('picker.count.')) continue
      expect([path, placeholders(text)]).toEqual([path, placeholders(english[path]!)])
    }
    const same = Object.keys(words).filter((path) => words[path] === english[path])
    // "Training" and "Beta" are words of several languages.
    if (language !== 'en') expect(same.length).toBeLessThan(6)
  })
  test('counts as it is counted there', () => {
    const { count } = wordsOf('pl', undefined).words.picker
    expect([1, 2, 5, 22].map((n) => counted(count, n, 'pl'))).toEqual([
      '1 urządzenie lub aplikacja',
      '2 urządzenia i aplikacje',
      '5 urządzeń i aplikacji',
      '22 urządzenia i aplikacje',
    ])
  })
})

describe('a colour of the developer’s', () => {
  test('has text on it, and as text, that can be read', () => {
    const steps = [0, 51, 102, 153, 204, 255]
    for (const r of steps)
      for (const g of steps)
        for (const b of steps) {
          const color = `#${[r, g, b].map((one) => one.toString(16).padStart(2, '0')).join('')}`
          const { fill, onFill, onLight, onDark } = accentOf(color)
          const least = Math.min(
            contrast(fill, onFill),
            contrast(onLight, SURFACES.light),
            contrast(onDark, SURFACES.dark),
          )
          expect([color, fill, least >= 4.5]).toEqual([color, color, true])
        }
  })
  test('is measured as WCAG does', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
  })
  test('that is no colour leaves the page as it is', async () => {
    const look = { name: null, logo: null, color: 'red}body{display:none' }
    expect(await pickerPage(contextOf('en', { look }))).not.toContain('display:none')
  })
})

describe('a page', () => {
  test('has nothing inline but the one style that the policy knows', async () => {
    const page = await pickerPage(contextOf('en'))
    expect(page.match(/<style[^>]*>/g)).toEqual(['<style nonce="n0nce">'])
    expect(page).not.toMatch(/ style=| on\w+=|<script(?![^>]* src=)/)
  })
  test('says names as they are, and takes none for markup', async () => {
    const look = { name: '<b>&"{name}', logo: 'javascript:alert(1)', color: null }
    const page = await pickerPage(contextOf('en', { look }))
    expect(page).toContain('<bdi>&lt;b&gt;&amp;&quot;{name}</bdi>')
    expect(page).not.toContain('javascript:')
  })
  test('opens a source elsewhere only where it is embedded', async () => {
    expect(await pickerPage(contextOf('en', { embedded: true }))).toContain('target="_blank"')
    expect(await pickerPage(contextOf('en'))).not.toContain('target="_blank"')
  })
  test('takes the browser along, and has a link for one that stays', async () => {
    const url = 'https://provider.test/authorize?a=1&b=2'
    const page = String(await LeavingPage({ context: contextOf('en'), name: 'Oura', url }))
    expect(page).toContain('<meta http-equiv="refresh" content="0;url=https://provider.test/authorize?a=1&amp;b=2"/>')
    expect(page).toContain('href="https://provider.test/authorize?a=1&amp;b=2"')
  })
  test('shows no secret that was typed before', async () => {
    const field = { label: 'API key', help: null, type: 'text' as const }
    const fields = [
      { ...field, name: 'site', secret: false },
      { ...field, name: 'key', secret: true },
    ]
    const values = { site: 'example.org', key: 'hush' }
    const form = { name: 'Oura', action: '/f', fields, help: null, error: 'refused_by_provider', values }
    const page = String(await CredentialsPage({ context: contextOf('en'), ...form }))
    expect(page).toContain('value="example.org"')
    expect(page).not.toContain('hush')
  })
  test.each(LANGUAGES)('fills in every name it speaks of: %s', async (language) => {
    for (const name of ['Morgenlauf', null]) {
      const context = contextOf(language, { look: { name, logo: null, color: null } })
      const pages = await Promise.all([
        pickerPage(context),
        LeavingPage({ context, name: 'Oura', url: '/x' }),
        WaitPage({ context, name: 'Oura', url: '/x' }),
        DevicePage({ context, name: 'Oura', continueUrl: '/x' }),
        ResultPage({ context, ok: true, name: 'Oura', reason: null, backUrl: '/x', again: null }),
        ResultPage({ context, ok: false, name: null, reason: 'expired', backUrl: '/x', again: '/y' }),
      ])
      // What the script counts with is the one place where a placeholder stays.
      for (const page of pages) expect(String(page).replace(/data-forms="[^"]*"/, '')).not.toMatch(/\{\w+\}|undefined/)
    }
  })
})

describe('a reason', () => {
  const reasons = wordsOf('en', undefined).words.result.reasons
  const page = async (reason: string) =>
    String(
      await ResultPage({ context: contextOf('en'), ok: false, name: 'Oura', reason, backUrl: null, again: '/again' }),
    )
  test.each(Object.entries(reasons))('is told in words: %s', async (code, text) => {
    expect(await page(code)).toContain(text)
  })
  test('does not say of a used link that nothing is connected: it may be what connected it', async () => {
    expect(await page('already_used')).not.toContain('not connected</')
  })
  test('that is unknown is not shown as a code', async () => {
    for (const code of ['toString', 'weird_code', '<script>']) {
      expect(await page(code)).toContain(reasons.unknown)
      expect(await page(code)).not.toContain(code)
    }
  })
})

function flat(words: object, path = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(words).flatMap(([key, value]) =>
      typeof value === 'string' ? [[path + key, value]] : Object.entries(flat(value, `${path}${key}.`)),
    ),
  )
}
const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort()
