import { App } from './strap/app.ts'
import { Awake } from './strap/awake.ts'
import { type Pairing, readPairing } from './strap/pairing.ts'
import { bluetoothSource, Hint, type Source, type SourceListener, simulatedSource } from './strap/sources.ts'
import { View } from './strap/view.ts'
import { NO_PAIRING, strapTrouble } from './strap/words.ts'

/** In the tab, so that a reload goes on; a closed tab forgets it. */
const KEPT = 'pairing'
const TICK_MS = 200

const view = new View()
const url = `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/connect`
const app = new App(view, url)
const awake = new Awake()
const listener: SourceListener = {
  measured: (measurement) => app.measured(measurement),
  linked: (connected, reason) => app.linked(connected, reason),
}
const effort = () => Number(view.effort.value) / 100

function pair(pairing: Pairing | undefined): void {
  if (pairing) sessionStorage.setItem(KEPT, JSON.stringify(pairing))
  else sessionStorage.removeItem(KEPT)
  view.trouble(undefined)
  void app.pair(pairing)
}
/** A token is no part of the address: it would stay in the history and in what is shared. */
function pairFromAddress(): boolean {
  const { hash, pathname, search } = location
  if (hash.length < 2 || hash === '#main') return false
  history.replaceState(null, '', pathname + search)
  const pairing = readPairing(hash)
  if (pairing) pair(pairing)
  else view.trouble(NO_PAIRING)
  return pairing !== undefined
}
async function start(begin: () => Source | Promise<Source>): Promise<void> {
  view.trouble(undefined)
  view.busy(true)
  try {
    app.use(await begin())
    awake.hold()
  } catch (error) {
    view.trouble(error instanceof Hint ? error.message : strapTrouble(error as Error))
  } finally {
    view.busy(false)
  }
}

view.useStrap.addEventListener('click', () => start(() => bluetoothSource(listener)))
view.useSimulator.addEventListener('click', () => start(() => simulatedSource(listener, effort)))
view.stop.addEventListener('click', () => {
  awake.drop()
  void app.stop()
})
view.unpair.addEventListener('click', () => {
  pair(undefined)
  view.token.focus()
})
view.effort.addEventListener('input', () => view.effortTold(effort()))
view.pair.addEventListener('submit', (event) => {
  event.preventDefault()
  const pairing = readPairing(view.token.value)
  view.token.setAttribute('aria-invalid', String(!pairing))
  if (!pairing) {
    view.trouble(NO_PAIRING)
    view.token.focus()
    return
  }
  view.token.value = ''
  pair(pairing)
})
addEventListener('hashchange', pairFromAddress)
addEventListener('online', () => app.wake())
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return
  app.wake()
  if (app.isRunning) awake.hold()
})
addEventListener('beforeunload', (event) => {
  if (app.hasUnsent) event.preventDefault()
})
setInterval(() => app.tick(), TICK_MS)

view.effortTold(effort())
if (!pairFromAddress()) {
  const kept = sessionStorage.getItem(KEPT)
  if (kept) void app.pair(JSON.parse(kept) as Pairing)
}
