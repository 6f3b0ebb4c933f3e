import { runInDurableObject } from 'cloudflare:test'
import { expect, it } from 'vitest'
import { rateBudget } from '../../durable-objects/stubs.ts'
import { DESK_STEPS } from '../../durable-objects/supplier-desk/steps.ts'
import { Tables } from '../../durable-objects/tables.ts'
import { newId } from '../../shared/base/ids.ts'
import { house } from '../house.ts'

/** Steps that a desk had run when its parts still made some tables themselves, each on its own; and what these wrote. */
const FIRST_STEPS = 12
const OLD_WAY = [
  `CREATE TABLE IF NOT EXISTS reports (batch_id TEXT NOT NULL, first_line INTEGER NOT NULL, codes TEXT NOT NULL,
     problems TEXT NOT NULL, PRIMARY KEY (batch_id, first_line)) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS quarantine (
     number INTEGER PRIMARY KEY, batch_id TEXT NOT NULL, line INTEGER NOT NULL, subject_hash TEXT,
     contract TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, held_at INTEGER NOT NULL,
     expires_at INTEGER NOT NULL, ended_at INTEGER, redrive TEXT, chunk INTEGER, about TEXT NOT NULL,
     sealed BLOB, corrected BLOB)`,
  `CREATE UNIQUE INDEX IF NOT EXISTS quarantine_by_line ON quarantine (batch_id, line)`,
  `CREATE TABLE IF NOT EXISTS holds (contract TEXT PRIMARY KEY, about TEXT NOT NULL)`,
  `INSERT INTO reports VALUES ('bat_1', 1, 'aq', '')`,
  `INSERT INTO holds VALUES ('nights@1', '{}')`,
  ...['taken', 'taken', 'failed'].map(
    (state, i) => `INSERT INTO pull_objects VALUES (NULL, 'pul_1', '${i}', '${state}', 1, 0, 0, NULL, NULL, 'x')`,
  ),
  ...['unknown_subject', 'subject_closed'].map(
    (
      reason,
      i,
    ) => `INSERT INTO quarantine (batch_id, line, subject_hash, contract, state, reason, held_at, expires_at, about, sealed)
       VALUES ('bat_1', ${i + 1}, 'hash', 'nights@1', 'waiting', '${reason}', 1, 2, '{}', x'01')`,
  ),
]

const inStore = <T>(work: (storage: DurableObjectStorage) => T) =>
  runInDurableObject(rateBudget(house, newId('dev')), (_, state) => work(state.storage))
/** All that there is, as it was made. */
const shapeOf = (tables: Tables) =>
  tables
    .read<{ name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY name`,
    )
    .map(({ name, sql }) => [name, sql.replace(/\s+/g, ' ').replaceAll('( ', '(')])

it('a desk of before comes to the same tables as a new one, and keeps what is in them', async () => {
  const fresh = await inStore((storage) => shapeOf(new Tables(storage, DESK_STEPS)))
  await inStore((storage) => {
    new Tables(storage, DESK_STEPS.slice(0, FIRST_STEPS))
    for (const step of OLD_WAY) storage.sql.exec(step)
    const tables = new Tables(storage, DESK_STEPS)
    expect(shapeOf(tables)).toEqual(fresh)
    expect(tables.read(`SELECT * FROM reports`)).toHaveLength(1)
    expect(tables.read(`SELECT contract FROM holds`)).toEqual([{ contract: 'nights@1' }])
    expect(tables.read(`SELECT * FROM pull_counts`)).toEqual([{ pull_id: 'pul_1', waiting: 0, taken: 2, failed: 1 }])
    // Of people who are gone nothing is kept any more.
    expect(tables.read(`SELECT reason, state, subject_hash, sealed IS NULL AS gone FROM quarantine`)).toEqual([
      { reason: 'unknown_subject', state: 'waiting', subject_hash: 'hash', gone: 0 },
      { reason: 'subject_closed', state: 'erased', subject_hash: null, gone: 1 },
    ])
    // Once: they run no second time.
    expect(new Tables(storage, DESK_STEPS).read(`SELECT * FROM steps`)).toHaveLength(DESK_STEPS.length)
  })
})
