import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig } from 'vitest/config'

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Tests that build a program in another language first. */
const slowToolChains = ['test/tls/stacks/go.test.ts']

export default defineConfig({
  resolve: {
    // The examples import the package by its name; here that is the source.
    alias: [
      { find: /^wechatpay-mock$/, replacement: source('src/index.ts') },
      { find: 'wechatpay-mock/msw', replacement: source('mocks/index.ts') },
      { find: 'wechatpay-mock/node', replacement: source('src/transports/node-server.ts') },
      { find: 'wechatpay-mock/protocol', replacement: source('src/protocol/index.ts') },
      { find: 'wechatpay-mock/fixtures', replacement: source('fixtures/index.ts') },
      { find: 'wechatpay-mock/vitest', replacement: source('src/testing/index.ts') },
      { find: 'wechatpay-mock/pact', replacement: source('contracts/kit/index.ts') },
    ],
  },
  test: {
    // Nothing is judged by how long it took: a machine with much else to do is only slow.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    env: { PACT_DO_NOT_TRACK: 'true' },
    projects: [
      {
        extends: true,
        test: {
          name: 'mock',
          include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
          exclude: [
            ...configDefaults.exclude,
            'test/model/**',
            'test/fuzz/**',
            'test/redis/**',
            'test/sdk/matrix/**',
            'test/browser/**',
            ...slowToolChains,
          ],
          sequence: { groupOrder: 0 },
        },
      },
      // What the consumers write is what the provider is held to, so they come first.
      {
        extends: true,
        test: {
          name: 'pacts: consumer',
          include: ['contracts/consumer/**/*.pact.test.ts'],
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'pacts: provider',
          include: ['contracts/provider/**/*.pact.test.ts'],
          sequence: { groupOrder: 2 },
        },
      },
      // Whether what the provider is held to is enough: broken servers have to be noticed.
      {
        extends: true,
        test: {
          name: 'strength',
          include: ['contracts/strength/**/*.pact.test.ts'],
          maxConcurrency: 6,
          sequence: { groupOrder: 3 },
        },
      },
      // A reference model beside the mock, for as many random steps as there is time for.
      {
        extends: true,
        test: { name: 'model', include: ['test/model/**/*.test.ts'], sequence: { groupOrder: 4 } },
      },
      // Inputs that nobody would send, for as long as FUZZ_SECONDS says.
      {
        extends: true,
        test: {
          name: 'fuzz',
          include: ['test/fuzz/**/*.test.ts'],
          pool: 'forks',
          execArgv: ['--expose-gc'],
          sequence: { groupOrder: 6 },
        },
      },
      // Several instances with one store, before real servers that `npm run test:redis` starts.
      {
        extends: true,
        test: {
          name: 'redis',
          include: ['test/redis/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 7 },
        },
      },
      // Real SDKs, and what other tool chains make of the mock, as far as the machine has them.
      {
        extends: true,
        test: {
          name: 'sdk',
          include: ['test/sdk/matrix/**/*.test.ts', ...slowToolChains],
          globalSetup: ['test/sdk/matrix/set-up.ts'],
          maxConcurrency: 3,
          sequence: { groupOrder: 5 },
        },
      },
      // The dashboard as a person uses it, where the machine has Chromium.
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 6 },
        },
      },
    ],
  },
})
