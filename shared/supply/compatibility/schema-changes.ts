import { breaking, type Change, type Effect, none, warning } from './change.ts'
import { Cover } from './cover.ts'
import { type Covered, freshly, type Loss, type Note } from './covered.ts'
import { type Schema, sideOf } from './side.ts'
import { receiverSays, senderSays } from './words.ts'

/**
 * What differs between two schemas of a record. The supplier keeps on sending what the older one took: the newer must
 * take all of that. The developer was promised what the older one asked: the newer must ask it as well, of the fields
 * that reach them.
 */
export function schemaChanges(older: Schema, newer: Schema, reaches: (path: string) => boolean): Change[] {
  const [before, now] = [sideOf(older), sideOf(newer)]
  const sent = new Cover(before, now, true).cover(freshly([before.root]), freshly([now.root]), '')
  const received = new Cover(now, before, false).cover(freshly([now.root]), freshly([before.root]), '')
  const fields = fieldChanges(sent, reaches)
  const told = new Set(fields.map(({ path }) => path))
  const byPlace = new Map<string, { sent?: Loss; received?: Loss }>()
  const take = (losses: Loss[], side: 'sent' | 'received') => {
    for (const loss of losses) {
      // That a field is there or not is told as that.
      if (told.has(loss.path) && ['required', 'refused'].includes(loss.rule)) continue
      const place = JSON.stringify([loss.path, loss.rule])
      byPlace.set(place, { [side]: loss, ...byPlace.get(place) })
    }
  }
  take(sent.losses, 'sent')
  take(received.losses, 'received')
  const rules = [...byPlace.values()].map(({ sent, received }): Change => {
    const { path, rule } = (sent ?? received)!
    return {
      part: 'schema',
      path,
      change: rule,
      supplier: sent ? breaking(senderSays(sent)) : none(),
      developer: received ? reached(path, receiverSays(received), reaches) : none(),
    }
  })
  const order = [...fields, ...rules]
  return order.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}
const reached = (path: string, says: string, reaches: (path: string) => boolean): Effect =>
  reaches(path) ? breaking(says) : none(`${says}; nothing that you receive is read from it`)

/** Fields that came, went, and whether others may be there. */
function fieldChanges({ losses, notes }: Covered, reaches: (path: string) => boolean): Change[] {
  const has = (path: string, rule: string) => losses.some((loss) => loss.path === path && loss.rule === rule)
  const change = (path: string, change: string, supplier: Effect, developer: Effect): Change => ({
    part: 'schema',
    path,
    change,
    supplier,
    developer,
  })
  const about: Record<Note['about'], (path: string) => Change> = {
    added: (path) =>
      has(path, 'required')
        ? change(path, 'required_field_added', breaking('a new field that must be there'), none('a new field'))
        : change(path, 'field_added', none('a new field that may be sent'), none('a new field')),
    dropped: (path) =>
      change(
        path,
        'field_removed',
        warning('is no longer part of the schema; where it comes nothing is read from it'),
        reached(path, 'is no longer part of the schema, and may never come again', reaches),
      ),
    closed: (path) =>
      change(
        path,
        'closed',
        warning('fields that the schema does not name are refused now, where some were sent'),
        none(),
      ),
    opened: (path) => change(path, 'opened', none('fields that the schema does not name are passed over now'), none()),
  }
  const refused = losses
    .filter(({ rule }) => rule === 'refused')
    .map(({ path }) =>
      change(
        path,
        'field_removed',
        breaking('is no longer part of the schema: a record that has it is refused'),
        reached(path, 'is no longer part of the schema, and never comes again', reaches),
      ),
    )
  return [...refused, ...notes.map((note) => about[note.about](note.path))]
}
