import { describe, expect, it } from 'vitest'
import { readOptions } from './options.ts'

describe('npm start -- …', () => {
  it('shows the demonstration and stays up by default', () => {
    expect(readOptions([])).toEqual({ mode: 'demo', json: false, help: false, port: undefined, vars: {} })
  })
  it('takes a port, and settings again and again', () => {
    const words = ['--serve', '--port', '9000', '--var', 'DELIVERY_TIMEOUT_MS=500', '--var', 'RETRY_SCHEDULE=1s,2s']
    expect(readOptions(words)).toMatchObject({
      mode: 'serve',
      port: 9000,
      vars: { DELIVERY_TIMEOUT_MS: '500', RETRY_SCHEDULE: '1s,2s' },
    })
  })
  it('refuses an unknown setting by name and suggests the near one', () => {
    expect(() => readOptions(['--var', 'RETRY_SHEDULE=1s'])).toThrow(
      'unknown setting "RETRY_SHEDULE"; did you mean RETRY_SCHEDULE?',
    )
  })
  it('refuses a value that the setting cannot have', () => {
    expect(() => readOptions(['--var', 'RETRY_SCHEDULE=soon'])).toThrow(/RETRY_SCHEDULE: "soon" is not a duration/)
    expect(() => readOptions(['--var', 'DELIVERY_TIMEOUT_MS=1'])).toThrow(/DELIVERY_TIMEOUT_MS/)
    expect(() => readOptions(['--var', 'DELIVERY_TIMEOUT_MS'])).toThrow('--var needs NAME=value')
  })
  it('refuses unknown flags, stray words, wrong ports and contradictions', () => {
    expect(() => readOptions(['--onze'])).toThrow('unknown flag "--onze"; did you mean --once?')
    expect(() => readOptions(['now'])).toThrow('unexpected "now"')
    expect(() => readOptions(['--port', 'many'])).toThrow('--port needs a number')
    expect(() => readOptions(['--once', '--serve'])).toThrow('exclude each other')
  })
})
