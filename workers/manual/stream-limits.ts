import { STREAM } from '../../shared/base/limits.ts'
import type { Settings } from '../../shared/base/settings.ts'
import { HOUR_MS } from '../../shared/base/time.ts'
import { size, time } from './units.ts'

export interface Limit {
  what: string
  limit: string
  beyond: string
}
type Used = Pick<
  Settings,
  | 'HEARTBEAT_INTERVAL_MS'
  | 'IDENTIFY_TIMEOUT_MS'
  | 'STREAM_CONSUMERS'
  | 'STREAM_RETENTION_HOURS'
  | 'STREAM_RETENTION_BYTES'
>

/** What a client may do, and what comes of more. With the settings of the deployment. */
export const streamLimits = (set: Used): Limit[] => [
  limit('A token', `once, within ${time(STREAM.tokenMs)}`, '4001'),
  limit('A pairing token', `any number of times, within ${time(STREAM.pairingMs)}`, '4001'),
  limit('A supplier’s socket', `${time(STREAM.suppliedMs)}, then with another token`, '4001'),
  limit('IDENTIFY', `within ${time(set.IDENTIFY_TIMEOUT_MS)} of opening`, '4000'),
  limit('Heartbeats', `one each ${time(set.HEARTBEAT_INTERVAL_MS)}; half an interval of grace`, '4005'),
  limit('Consumers of a developer', `${set.STREAM_CONSUMERS} at once, sockets and events`, '4002; HTTP 429'),
  limit('A frame', `${size(STREAM.frameBytes)}, ${STREAM.depth} levels`, '1003'),
  limit('Its label `t`', `1 to ${STREAM.typeLength} characters`, '1003'),
  limit(
    'A batch',
    `${STREAM.batchFrames} samples, ${size(STREAM.batchBytes)} on the wire, ${size(STREAM.unpackedBytes)} unpacked`,
    '1003',
  ),
  limit('Filters', `${STREAM.filterUsers} users, ${STREAM.filterTypes} types`, 'HTTP 400'),
  limit(
    'Kept for replay',
    `${time(set.STREAM_RETENTION_HOURS * HOUR_MS)}, and ${size(set.STREAM_RETENTION_BYTES)} of a developer`,
    'the oldest go first; `dropped` says so',
  ),
  limit(
    'Sent to a consumer without a sign of life from it',
    `${size(STREAM.unheardBytes)}, then it waits; for ${time(STREAM.fullMs)}`,
    '1013',
  ),
]
const limit = (what: string, limit: string, beyond: string): Limit => ({ what, limit, beyond })
