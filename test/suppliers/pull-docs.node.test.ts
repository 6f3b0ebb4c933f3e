import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PULL, SUPPLY, UPLOAD } from '../../shared/base/supply-limits.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/base/time.ts'
import { bucketPolicy } from '../../workers/suppliers/bucket-policy.ts'

const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs/supplier-pulls.md'), 'utf8')

describe('the page on pulls', () => {
  it('has the policy that the portal makes', () => {
    const [, policy] = /```json\n(.+?)```/s.exec(text)!
    expect(JSON.parse(policy!)).toEqual(bucketPolicy('BUCKET', 'PREFIX'))
  })
  it('tells the limits as they are', () => {
    const waits = PULL.waitsMs.map((ms) => (ms < MINUTE_MS ? `${ms / 1_000} s` : `${ms / MINUTE_MS} min`))
    expect(waits.pop()).toBe('60 min')
    for (const told of [
      `${waits.join(', ')}, then each hour`,
      `${PULL.leastMinutes} to ${PULL.mostMinutes.toLocaleString('en')}; 15`,
      `the last ${PULL.rememberedMs / DAY_MS} days`,
      `Up to ${UPLOAD.bytes / 1024 ** 3} GB, ${UPLOAD.unpackedBytes / 1024 ** 3} GB unpacked`,
      `Up to ${PULL.waiting.toLocaleString('en')} objects wait`,
      `A prefix has ${(PULL.pages * PULL.pageKeys).toLocaleString('en')} keys at most`,
      `ever later, for ${SUPPLY.troubleMs / HOUR_MS} h`,
      `${PULL.most} at most`,
    ])
      expect(text).toContain(told)
    expect([PULL.tries, PULL.toldAfter]).toEqual([5, 3])
  })
  it('asks for no condition where there is no prefix', () => {
    expect(JSON.stringify(bucketPolicy('lab', ''))).not.toContain('Condition')
    expect(bucketPolicy('lab', '').Statement[1]!.Resource).toBe('arn:aws:s3:::lab/*')
  })
})
