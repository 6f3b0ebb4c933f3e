import { parseDay } from '../../source/wall-clock.ts'

/** Formats are checked, where 2020-12 lets them be mere remarks. Of one that is not here nothing is checked. */
export interface Format {
  words: string
  test: (text: string) => boolean
}
const DATE = /^\d{4}-\d\d-\d\d$/
const TIME = /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.\d+)?(?:Z|z|([+-])([01]\d|2[0-3]):([0-5]\d))$/
const isDate = (text: string): boolean => DATE.test(text) && parseDay(text) !== undefined
/** RFC 3339. A leap second is only the last one of a day, in UTC. */
function isTime(text: string): boolean {
  const found = TIME.exec(text)
  if (!found) return false
  const [, hour, minute, second, sign, zoneHours = '0', zoneMinutes = '0'] = found
  if (second !== '60') return true
  const ahead = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -1 : 1)
  return (Number(hour) * 60 + Number(minute) - ahead + 2880) % 1440 === 1439
}
const isDateTime = (text: string): boolean =>
  (text[10] === 'T' || text[10] === 't') && isDate(text.slice(0, 10)) && isTime(text.slice(11))
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i
const LABEL = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i
const isHostname = (text: string): boolean => text.length <= 253 && text.split('.').every((label) => LABEL.test(label))
const isIpv4 = (text: string): boolean => {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}
const isIpv6 = (text: string): boolean => /^[\da-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]/`)
const ATOM = /^[\w!#$%&'*+/=?^`{|}~-]+$/
function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@')
  return (
    at > 0 &&
    at <= 64 &&
    text
      .slice(0, at)
      .split('.')
      .every((part) => ATOM.test(part)) &&
    isHostname(text.slice(at + 1))
  )
}
const SCHEME = /^[a-z][a-z\d+.-]*:/i
const URI_SIGNS = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[\da-f]{2})*$/i
const isUriReference = (text: string): boolean => URI_SIGNS.test(text) && text.split('#').length <= 2

export const FORMATS: ReadonlyMap<string, Format> = new Map(
  Object.entries({
    'date-time': { words: 'a date and time with an offset (RFC 3339)', test: isDateTime },
    date: { words: 'a date like 2030-01-31', test: isDate },
    time: { words: 'a time of day with an offset (RFC 3339)', test: isTime },
    duration: {
      words: 'a duration like PT1H30M (ISO 8601)',
      test: (text) =>
        /^P(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?)$/.test(text) &&
        text.length > 2,
    },
    uuid: { words: 'a UUID', test: (text) => UUID.test(text) },
    email: { words: 'an e-mail address', test: isEmail },
    hostname: { words: 'a host name', test: isHostname },
    ipv4: { words: 'an IPv4 address', test: isIpv4 },
    ipv6: { words: 'an IPv6 address', test: isIpv6 },
    uri: { words: 'an absolute URI', test: (text) => SCHEME.test(text) && isUriReference(text) },
    'uri-reference': { words: 'a URI', test: isUriReference },
  } satisfies Record<string, Format>),
)
