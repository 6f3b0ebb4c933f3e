import type { State } from '../../../../shared/sdk/producer/state.ts'

/** How the page says where the stream is: a word, its colour, and a line for whoever wants to know more. */
export interface Told {
  badge: string
  tone: 'good' | 'warn' | 'bad' | 'plain'
  line: string
}

export function wordsOf(state: State, now: number): Told {
  switch (state.kind) {
    case 'idle':
      return { badge: 'Not streaming', tone: 'plain', line: '' }
    case 'connecting':
      return { badge: 'Connecting', tone: 'warn', line: 'Samples wait here until the way is open.' }
    case 'live':
      return { badge: 'Live', tone: 'good', line: 'Each sample is on its way as it is measured.' }
    case 'waiting': {
      const seconds = Math.max(0, Math.ceil((state.until - now) / 1_000))
      return {
        badge: 'Reconnecting',
        tone: 'warn',
        line: `${sentence(state.reason)} Next try in ${seconds} s; nothing is lost meanwhile.`,
      }
    }
    case 'stopped':
      return state.error
        ? { badge: 'Stopped', tone: 'bad', line: sentence(state.error.message) }
        : { badge: 'Not streaming', tone: 'plain', line: '' }
  }
}

/** What somebody can do about a strap that does not come. */
export function strapTrouble(error: Error): string {
  switch (error.name) {
    case 'NotFoundError':
      return 'No strap was chosen. Put it on and moisten its electrodes, which wakes it; one that is linked to a watch or another app may not show up until it is let go there.'
    case 'SecurityError':
    case 'NotAllowedError':
      return 'The browser does not let this page use Bluetooth. Open it over https, in a tab of its own, and allow Bluetooth for this site.'
    case 'NetworkError':
      return 'The strap was found but cannot be reached. Come closer, make sure that it is worn, and that no other app holds it; then try again.'
    case 'NotSupportedError':
      return 'This device is no heart-rate strap that this page can read: it lacks the standard heart-rate service.'
    default:
      return `The strap cannot be read: ${error.message}`
  }
}
export const NO_BLUETOOTH =
  'This browser has no Web Bluetooth. Use Chrome or Edge on Android, Windows, macOS, Linux or ChromeOS, or take the simulator.'
export const BLUETOOTH_OFF =
  'Bluetooth is switched off, or this computer has none. Switch it on, or take the simulator.'
export const NO_PAIRING =
  'That holds no pairing. It is a token that begins with rt., the JSON of POST /v2/stream/pairings, or the link of its QR code.'
export const OFF_SKIN = 'The strap does not touch the skin: moisten the electrodes and pull it tighter.'

const EFFORTS = ['Resting', 'Walking', 'Jogging', 'Running', 'Sprinting']
export const effortWord = (effort: number): string => EFFORTS[Math.min(EFFORTS.length - 1, Math.floor(effort * 5))]!

const sentence = (text: string): string => {
  const words = text.trim()
  return words === '' ? '' : `${words[0]!.toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`
}
