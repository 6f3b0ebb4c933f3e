import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { PROVIDERS } from './shared/catalog/units.ts'
import { LongestFirst } from './test/longest-first.ts'
import { wranglerWithoutConsumers } from './test/wrangler-without-consumers.ts'

/** Of every provider, and of one that only the tests have. */
const APP = { client_id: 'app', client_secret: 'app-secret', ingest_secret: 'ingest-secret-of-the-tests' }
const needs = Object.values(PROVIDERS).flatMap((provider) => Object.keys(provider.needs ?? {}))
const MORE = Object.fromEntries(needs.map((name) => [name, `${name}-of-the-tests`]))

/** Ends what stands still, not what a busy machine does slowly. */
const PATIENCE = { testTimeout: 30_000, hookTimeout: 60_000, expect: { poll: { timeout: 20_000 } } }

/** One project per runtime, chosen by the file's name; folders mirror the rooms. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        // Modules are read once for all files that a worker runs: that was half of the time.
        test: { name: 'node', include: ['test/**/*.node.test.ts'], isolate: false, ...PATIENCE },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: wranglerWithoutConsumers() },
            miniflare: {
              bindings: {
                MIGRATIONS: await readD1Migrations('./d1-migrations'),
                ROOT_KEY: Buffer.alloc(32, 7).toString('base64'),
                OPERATOR_TOKEN: 'operator-token-of-the-tests',
                HEALTH_EVERY_MS: '0',
                DRIFT_SAMPLED_EACH: '1',
                ALLOW_PRIVATE_DESTINATIONS: 'true',
                PROVIDER_APPS: JSON.stringify(
                  Object.fromEntries(
                    [...Object.keys(PROVIDERS), 'signed'].map((slug) => [slug, { ...APP, more: MORE }]),
                  ),
                ),
              },
            },
          })),
        ],
        test: {
          name: 'workerd',
          isolate: false,
          ...PATIENCE,
          // A file waits for each of its intercepted lines to arrive, and the runner sends those of an object with its
          // next message only: after a file's last one there is none, and the run would stand still for ever.
          disableConsoleIntercept: true,
          include: ['test/**/*.test.ts'],
          exclude: ['node', 'e2e', 'browser', 'services'].map((kind) => `test/**/*.${kind}.test.ts`),
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
          globalSetup: ['test/harness/run-folder.ts'],
          // Each starts runtimes of its own, and waits for most of its time.
          maxWorkers: 2,
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.browser.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'services',
          include: ['test/**/*.services.test.ts'],
          // Each starts servers of its own.
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
