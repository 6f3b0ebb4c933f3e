import kafkajs from 'kafkajs'
import type { Sender } from '../../shared/destinations/kafka/client.ts'
import type { KafkaRecord } from '../../shared/destinations/kafka/records.ts'

/** What becomes of one partition's batch. `lost`: it is not there; `unanswered`: it is there, and nobody says so. */
export type Fate = 'in' | 'lost' | 'unanswered'

const PARTITIONS = 4
const BROKERS = 2
const error = (type: string, retriable: boolean) =>
  new kafkajs.KafkaJSProtocolError({ type, retriable, message: `says ${type}`, code: -1 } as never)

/**
 * Partitions as idempotent producers meet them (kafka.apache.org/documentation/#semantics, "idempotent delivery option"; KIP-98): a
 * batch whose numbers are those of the last one is taken for it and dropped, another that does not follow is refused.
 * The numbers are those of kafkajs 2.2.4 (producer/sendMessages.js): a failed request takes back those of all its partitions.
 */
export class KafkaCluster {
  readonly partitions: KafkaRecord[][] = Array.from({ length: PARTITIONS }, () => [])
  producers = 0
  sends = 0
  maxBatchBytes = Number.POSITIVE_INFINITY
  fate: (partition: number) => Fate = () => 'in'
  /** Instead of an answer. */
  trouble: (() => Error | undefined) | undefined
  private readonly last = new Map<string, { first: number; count: number }>()

  open(): Sender {
    const producer = ++this.producers
    const next = new Map<number, number>()
    let closed = false
    return {
      place: ({ key }) => String(partitionOf(key)),
      send: async (records) => {
        if (closed) throw new kafkajs.KafkaJSError('The producer is disconnected')
        this.sends++
        const trouble = this.trouble?.()
        if (trouble) throw trouble
        const errors = Array.from({ length: BROKERS }, (_, broker) => this.request(producer, next, broker, records))
        const first = errors.find((one) => one !== undefined)
        if (first) throw first
      },
      close: async () => {
        closed = true
      },
    }
  }

  private request(
    producer: number,
    next: Map<number, number>,
    broker: number,
    records: KafkaRecord[],
  ): Error | undefined {
    let failed: Error | undefined
    const batches = Map.groupBy(
      records.filter(({ key }) => partitionOf(key) % BROKERS === broker),
      ({ key }) => partitionOf(key),
    )
    const before = new Map(next)
    for (const [partition, batch] of batches) {
      const first = next.get(partition) ?? 0
      next.set(partition, first + batch.length)
      failed = this.append(producer, partition, first, batch) ?? failed
    }
    if (failed) for (const partition of batches.keys()) next.set(partition, before.get(partition) ?? 0)
    return failed
  }

  private append(producer: number, partition: number, first: number, batch: KafkaRecord[]): Error | undefined {
    if (batch.reduce((sum, { bytes }) => sum + bytes, 0) > this.maxBatchBytes) return error('MESSAGE_TOO_LARGE', false)
    const fate = this.fate(partition)
    const closed = new kafkajs.KafkaJSConnectionError('Closed connection')
    if (fate === 'lost') return closed
    const name = `${producer}/${partition}`
    const last = this.last.get(name)
    const repeated = last?.first === first && last.count === batch.length
    if (!repeated) {
      if (first !== (last ? last.first + last.count : 0)) return error('OUT_OF_ORDER_SEQUENCE_NUMBER', false)
      this.last.set(name, { first, count: batch.length })
      this.partitions[partition]!.push(...batch)
    }
    return fate === 'in' ? undefined : closed
  }

  /** What one user's events are in the topic. */
  of(key: string): KafkaRecord[] {
    return this.partitions[partitionOf(key)]!.filter((record) => record.key === key)
  }
}
const partitionOf = (key: string): number => [...key].reduce((sum, char) => sum + char.charCodeAt(0), 0) % PARTITIONS

export const protocolError = error
