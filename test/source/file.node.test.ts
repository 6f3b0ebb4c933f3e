import { describe, expect, test } from 'vitest'
import { base64, utf8 } from '../../shared/base/bytes.ts'
import { onDevice } from '../../shared/source/define.ts'
import { defineFile, FileRefused, fileOf, fileResource, gathered } from '../../shared/source/file.ts'
import { into } from '../../shared/source/map.ts'
import { normalizePayload } from '../../shared/source/normalize.ts'
import { clock, session } from '../../shared/source/places.ts'
import { constant, number } from '../../shared/source/readers.ts'

/** A format of comma-separated heart rates. */
const csv = defineFile({
  slug: 'csv',
  name: 'CSV',
  extensions: ['csv'],
  mediaTypes: ['text/csv'],
  sniff: () => false,
  decode: (bytes) => {
    const rows = new TextDecoder().decode(bytes).split('\n')
    if (rows[0] === '') throw new FileRefused('the file is empty')
    return rows.map((row) => ({
      resource: 'session',
      page: { at: row.split(',')[0], bpm: Number(row.split(',')[1]), damage: row.includes('!') ? ['a torn row'] : [] },
    }))
  },
  maps: {
    session: into('activity', session({ start: clock('at'), end: clock('at') }), {
      metadata: { type: constant(8), upload_type: constant(1) },
      heart_rate_data: { summary: { avg_hr_bpm: number('bpm') } },
    }),
  },
})
const files = { csv }
const provider = {
  ...onDevice({ slug: 'example', resource: 'EXAMPLE', name: 'Example' }),
  maps: { recording: fileOf('@activityId') },
}
const page = (resource: string, body: object) =>
  normalizePayload(provider, { resource, kind: 'fetched', body: JSON.stringify(body), user_id: 'user' }, files)
const fetched = (text: string, carried: object) =>
  page('recording', { carried, page: { file: { format: 'csv', base64: base64(utf8(text)) } } })

describe('a page of an uploaded file', () => {
  test("is read by its format's map", () => {
    const { records, quarantined } = page(fileResource(csv, 'session'), { at: '2026-01-01T10:00:00Z', bpm: 120 })
    expect(quarantined).toEqual([])
    expect(records).toMatchObject([{ type: 'activity', data: { heart_rate_data: { summary: { avg_hr_bpm: 120 } } } }])
  })
  test('tells what could not be read of it', () => {
    const { quarantined } = page(fileResource(csv, 'session'), { at: '2026-01-01T10:00:00Z', damage: ['a torn row'] })
    expect(quarantined).toEqual([{ path: '', reason: 'a torn row' }])
  })
  test('of a format that is not known is quarantined', () => {
    expect(page('file:odd/session', {}).quarantined).toMatchObject([
      { reason: 'no map for the resource file:odd/session' },
    ])
  })
})

describe('a file that a provider hands out', () => {
  test("is about the provider's own item, and a part of its record", () => {
    const one = fetched('2026-01-01T10:00:00Z,120', { activityId: 7 })
    const again = fetched('2026-01-01T10:00:01Z,130', { activityId: 7 })
    const other = fetched('2026-01-01T10:00:00Z,120', { activityId: 8 })
    expect(one.records[0]!.summary_id).toBe(again.records[0]!.summary_id)
    expect(one.records[0]!.summary_id).not.toBe(other.records[0]!.summary_id)
    expect(one.records[0]!.part).toBe('file:csv/session')
  })
  test('of several sessions gives a record each', () => {
    const { records } = fetched('2026-01-01T10:00:00Z,120\n2026-01-01T11:00:00Z,130', { activityId: 7 })
    expect(new Set(records.map(({ summary_id }) => summary_id)).size).toBe(2)
  })
  test('with nothing in it is quarantined with the reason', () => {
    expect(fetched('', { activityId: 7 }).quarantined).toEqual([{ path: '', reason: 'the file is empty' }])
  })
  test('that is no file, or whose item is not told, is quarantined', () => {
    expect(page('recording', { carried: { activityId: 7 }, page: {} }).quarantined).toHaveLength(1)
    expect(fetched('2026-01-01T10:00:00Z,120', {}).quarantined).toHaveLength(1)
  })
})

test('a stream of more bytes than can be held is refused before it is held', async () => {
  let asked = 0
  const endless = new ReadableStream<Uint8Array>({ pull: (to) => to.enqueue(new Uint8Array(++asked && 100)) })
  await expect(gathered(endless, 1000)).rejects.toThrow(FileRefused)
  expect(asked).toBeLessThan(20)
})
