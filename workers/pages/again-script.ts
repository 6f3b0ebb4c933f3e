/**
 * A page that looks again by itself while something goes on: what is marked `data-again` (seconds) is fetched anew and put
 * in its place, until the page marks nothing more. A reload would take the reader's place and focus; without scripts there is a link.
 */
export const againScript = `
const part = () => document.querySelector('[data-again]')
async function look() {
  const response = await fetch(location.href, { headers: { accept: 'text/html' } })
  if (!response.ok || response.redirected) return
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  const [old, fresh] = [document.querySelector('#going-on'), page.querySelector('#going-on')]
  if (old && fresh) old.replaceWith(document.importNode(fresh, true))
  again()
}
function again() {
  const seconds = Number(part()?.dataset.again)
  // Out of reach for a moment: the next look may find it.
  if (seconds > 0) setTimeout(() => look().catch(again), seconds * 1000)
}
again()
`
