import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import type { Env } from '../../durable-objects/env.ts'
import { text, utf8 } from '../../shared/base/bytes.ts'
import { newId } from '../../shared/base/ids.ts'
import { batchFolder } from '../../shared/supply/desk.ts'
import { PieceWriter, readPiece } from '../../workers/ingest/pieces.ts'

const house = env as unknown as Env
const desk = { region: 'eu', developer_id: newId('dev'), supplier_id: newId('sup'), environment: 'sandbox' as const }

test('records come out of their pieces as they went in, each with its number, and what is none with why', async () => {
  const batch = newId('bat')
  const writer = new PieceWriter(house, desk, batch)
  await writer.add([utf8('{"a":"é"}'), 'too_long', utf8('\ufeff{}')])
  await writer.add(['encoding', 'json', utf8('{"b":2}')])
  expect(await writer.end()).toEqual([6])
  expect(await readPiece(house, desk, batch, 0, 11)).toEqual([
    { line: 11, text: '{"a":"é"}' },
    { line: 12, fault: 'too_long' },
    { line: 13, text: '\ufeff{}' },
    { line: 14, fault: 'encoding' },
    { line: 15, fault: 'json' },
    { line: 16, text: '{"b":2}' },
  ])
  expect(await readPiece(house, desk, batch, 1, 1)).toBeUndefined()
})

test('a piece is full at so many records or bytes, and the largest record has room in one', async () => {
  const batch = newId('bat')
  const writer = new PieceWriter(house, desk, batch)
  await writer.add(Array.from({ length: 4_001 }, (_, i) => utf8(String(i))))
  await writer.add([utf8(`"${'x'.repeat(1024 ** 2 - 2)}"`), utf8('1')])
  expect(await writer.end()).toEqual([2_000, 2_000, 1, 1, 1])
  expect((await readPiece(house, desk, batch, 2, 4_001))?.[0]).toEqual({ line: 4_001, text: '4000' })
})

test('what lies in object storage tells nothing, and opens only where it was put', async () => {
  const batch = newId('bat')
  const writer = new PieceWriter(house, desk, batch)
  await writer.add([utf8('{"subject":"somebody"}')])
  await writer.end()
  const name = `${batchFolder(desk, batch)}0`
  expect(name.startsWith(`supply/eu/${desk.developer_id}/`)).toBe(true)
  const stored = new Uint8Array(await (await house.RAW.get(name))!.arrayBuffer())
  expect(text(stored)).not.toContain('somebody')
  await house.RAW.put(`${batchFolder(desk, batch)}1`, stored)
  await expect(readPiece(house, desk, batch, 1, 1)).rejects.toThrow()
  const other = { ...desk, supplier_id: newId('sup') }
  await house.RAW.put(`${batchFolder(other, batch)}0`, stored)
  await expect(readPiece(house, other, batch, 0, 1)).rejects.toThrow()
})

test('a piece that cannot be stored ends the writing', async () => {
  const full = { ...house, RAW: { put: async () => Promise.reject(new Error('no room')) } } as unknown as Env
  const writer = new PieceWriter(full, desk, newId('bat'))
  await writer.add([utf8('{}')])
  await expect(writer.end()).rejects.toThrow('no room')
})
