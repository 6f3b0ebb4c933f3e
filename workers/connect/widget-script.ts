/**
 * What the widget does better with a script: it filters while one types, marks what was pressed, and waits without
 * loading the page again. Everything works without it. `plain` says the same as pages/matches.ts.
 */
export const widgetScript = `(() => {
  const all = (selector) => [...document.querySelectorAll(selector)]
  const plain = (text) => text.normalize('NFD').replace(/\\p{M}/gu, '').toLowerCase()

  const field = document.getElementById('q')
  if (field) {
    const chips = all('.chips button')
    const go = document.querySelector('.go')
    const count = document.querySelector('.count')
    const forms = JSON.parse(count.dataset.forms)
    const language = document.documentElement.lang
    const show = () => {
      let found = 0
      for (const item of all('.sources > li')) {
        const meant = (!go.value || item.dataset.category === go.value) && plain(item.dataset.text).includes(plain(field.value.trim()))
        item.hidden = !meant
        if (meant) found++
      }
      const form = forms[new Intl.PluralRules(language).select(found)] || forms.other
      const text = form.replace('{n}', new Intl.NumberFormat(language).format(found))
      if (count.textContent !== text) count.textContent = text
      document.querySelector('.none').hidden = found > 0
    }
    field.addEventListener('input', show)
    for (const chip of chips)
      chip.addEventListener('click', (event) => {
        event.preventDefault()
        go.value = chip.value
        for (const one of chips) one.setAttribute('aria-pressed', String(one === chip))
        show()
      })
    document.documentElement.classList.add('live')
    show()
  }

  // The page that is waited for answers with this one until there is something else to show.
  const waiting = document.querySelector('[data-wait]')
  if (waiting) {
    const { wait, seconds } = waiting.dataset
    const look = async () => {
      const page = await fetch(wait).then((answer) => answer.text(), () => 'data-wait=')
      if (page.includes('data-wait=')) setTimeout(look, seconds * 1000)
      else location.replace(wait)
    }
    setTimeout(look, seconds * 1000)
  }

  // The other tab opens first: a page that leaves takes what it has not sent yet along.
  document.addEventListener('submit', ({ target }) => {
    if (target.dataset.waitAt) setTimeout(() => location.assign(target.dataset.waitAt))
  })

  // A second press would start a second sign-in. What opens in a tab of its own may be pressed again.
  const rest = () => all('[aria-busy]').forEach((button) => button.removeAttribute('aria-busy'))
  document.addEventListener('submit', (event) => {
    const button = event.submitter
    if (event.target.method !== 'post' || event.target.target || !button) return
    if (document.querySelector('[aria-busy]')) return event.preventDefault()
    button.setAttribute('aria-busy', 'true')
  })
  // Coming back by the browser's own button finds the page as it was left.
  addEventListener('pageshow', rest)
})()
`
