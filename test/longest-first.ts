import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Those that take a minute and more begin first: begun last, one worker would wait for the other. */
const LONGEST = [
  'crash-matrix.e2e',
  'mutations.e2e',
  'crashes.e2e',
  'pull-crashes.e2e',
  'upload-crashes.e2e',
  'redrive-crashes.e2e',
  'start.e2e',
  'api/fuzz.e2e',
  'faults.e2e',
  'kafka.services',
  'live.browser',
]

const rank = ({ moduleId }: TestSpecification): number => {
  const place = LONGEST.findIndex((name) => moduleId.includes(`/${name}.`))
  return place < 0 ? LONGEST.length : place
}

/** The order of test files, for a machine that remembers no earlier run. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files)
    return usual.toSorted((a, b) => rank(a) - rank(b))
  }
}
