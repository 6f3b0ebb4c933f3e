/**
 * Paths of payloads that no map reads, and why a human would leave them out too: the resource (`*`: of all of them) →
 * path → reason. Every path of a payload is either read by a map or told here; what is neither is unread, and shown.
 *
 * Paths are as readers write them, within the item: `data.algo`, `laps.*.id`, `measures[type=196].value`, `/body.updatetime`
 * of the payload around, `^userId` where the item is within another. `*` stands for any one step, also within a name
 * (`*Goal`); `**` at the end for everything there and below; several paths with one reason have spaces between them.
 *
 * `{ dailies: { '*Goal*': 'what the user wants to reach, not what was' }, allDayRespiration: { '**': 'no place for it' } }`
 */
export type Omits = Record<string, Record<string, string>>
