import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig } from 'vitest/config'
import { isRepresentative } from './test/helpers/representative.ts'
import type { Thoroughness } from './test/helpers/thoroughness.ts'

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Tests that build a program in another language first. */
const slowToolChains = ['test/wire/tls/stacks/go.test.ts', 'test/sdk/models/models.test.ts']

/** For runs that a person waits for. */
const usual: Thoroughness = { doors: ['direct'], commands: 'in process', randomPercent: 10, calls: 'some' }

/** The rest of it. */
const thorough: Thoroughness = isRepresentative
  ? { doors: ['http'], commands: 'spawned', randomPercent: 10, calls: 'all' }
  : { doors: ['msw', 'http', 'proxy'], commands: 'spawned', randomPercent: 100, calls: 'all' }

/** Tests that play more of their cases on request. */
const scalable = [
  'test/operations/**/*.test.ts',
  'test/cli/**/*.test.ts',
  'test/wire/diagnosis/{causes,soundness}.test.ts',
]

/** Those among them that neither doors nor commands nor amounts make another test. */
const alike = [
  'test/operations/{explanations,frozen-clock,journal}.test.ts',
  'test/cli/{chinese-log,curl-command,node-version,parts,replacing,texts}.test.ts',
]

/**
 * Too slow for `npm test` with any amount: their tests start processes, such as npm, Pact's verifier or one that loads the package anew, make many keys,
 * send megabytes, wait for limits of time, play thousands of combinations, or attack each regular expression of the package.
 */
const slow = [
  'test/cli/{banner,ca,data,errors,gauntlet,language,mcp,openapi,pact-front,pact-verify,process,run,serve-process,transfer}.test.ts',
  'test/contracts/{admission,answer-checks,no-mock,observe,pact-broker,pact-sources,repeats,verify-pacts,verifying-front}.test.ts',
  'test/contracts/{record-*,reported-answers}.test.ts',
  'test/control/{costly,json-outline,repairs,start-up}.test.ts',
  'test/docs/{examples,test-runners}.test.ts',
  'test/engine/{clock-steps,diagnoses-burst}.test.ts',
  'test/gauntlet/{run,whole}.test.ts',
  'test/control/openapi/comparator.test.ts',
  'test/operations/stock-properties.test.ts',
  'test/package/{packed,regular-expressions}.test.ts',
  'test/products/bill/story.test.ts',
  'test/stores/sqlite-{damage,disk,file,large-world}.test.ts',
  'test/wire/tls/{certificate-authority,stacks/java}.test.ts',
  'test/tools/{reliability/run-mutation,scaffold/run}.test.ts',
  'test/doors/transports/{overload,pipelining,unfinished-bodies}.test.ts',
]

/** Those of the tests that play more on request that stand for the others: the rules of all calls, errors of each kind, and a call of each kind. */
const representative = ['test/operations/{errors,field-checks,orders,coupon-calls,concurrency}.test.ts']

/** Slow tests that `.ci/run` leaves to the night: what commands do that others do too, and limits that rarely change. */
const ofTheNight = [
  'test/cli/{ca,gauntlet,openapi,pact-front,pact-verify,process,transfer}.test.ts',
  'test/contracts/{record-callbacks,record-states,reported-answers}.test.ts',
  'test/engine/diagnoses-burst.test.ts',
  'test/gauntlet/whole.test.ts',
  'test/tools/scaffold/run.test.ts',
  'test/control/openapi/comparator.test.ts',
  'test/stores/sqlite-damage.test.ts',
  'test/wire/tls/stacks/java.test.ts',
]

/** Replace a module for their whole process, or look through all that it holds, which is much after other files. */
const ofOwnProcess = [
  'test/catalogue/bad-input.test.ts',
  'test/contracts/kept-connection.test.ts',
  'test/wire/diagnosis/bounded-work.test.ts',
  'test/engine/outbox/receive-often.test.ts',
]

/** Tests that `npm test` leaves out, or runs by themselves. */
export const ofOtherProjects = [
  'test/{model,fuzz,redis,browser,site}/**',
  'test/sdk/{contracts,matrix,methods}/**',
  ...slowToolChains,
  ...slow,
  ...ofOwnProcess,
]

/** Slow in a browser, and the same for all views or of thousands: many tabs, streams that break off, saved views, names that are markup. */
const largeInBrowsers = ['test/browser/{hostile,large,life,saved-view,tabs}.test.ts']

/** A slot of a cluster that moves, key by key, and tables of 20,000 rows. */
const slowWithRedis = ['test/redis/{moving-slot,sorted-cost}.test.ts']

/** Some of them wait for a limit of time to pass: one file more than there are processors keeps these busy. */
const maxWorkers = availableParallelism() + 1

export default defineConfig({
  resolve: {
    // The examples import the package by its name; here that is the source.
    alias: [
      { find: /^wechatpay-mock$/, replacement: source('src/index.ts') },
      { find: 'wechatpay-mock/msw', replacement: source('mocks/index.ts') },
      { find: 'wechatpay-mock/node', replacement: source('src/doors/transports/node-server.ts') },
      { find: 'wechatpay-mock/protocol', replacement: source('src/wire/protocol/index.ts') },
      { find: 'wechatpay-mock/fixtures', replacement: source('fixtures/index.ts') },
      { find: 'wechatpay-mock/vitest', replacement: source('src/testing/index.ts') },
      { find: 'wechatpay-mock/pact', replacement: source('contracts/kit/index.ts') },
    ],
  },
  test: {
    // Durations do not matter to any test: a busy machine is only slow.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    // Processes that tests start keep what they compiled: most of the time that they take.
    env: { PACT_DO_NOT_TRACK: 'true', NODE_COMPILE_CACHE: source('node_modules/.cache/node-compile') },
    // It imports JSON as bundlers allow, and Node does not.
    server: { deps: { inline: ['@actions/workflow-parser'] } },
    maxWorkers: availableParallelism(),
    provide: usual,
    projects: [
      {
        extends: true,
        test: {
          name: 'mock',
          include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...ofOtherProjects],
          // The files leave nothing behind in their process. To load what they test takes longer than most of them.
          isolate: false,
          // Threads that help to collect garbage would take processors from the other workers.
          execArgv: ['--single-threaded-gc'],
          maxWorkers,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'mock: own process', include: ofOwnProcess, maxWorkers, sequence: { groupOrder: 0 } },
      },
      // The same through the other doors, with a process for each command and with all random cases.
      {
        extends: true,
        test: {
          name: 'thorough',
          include: [...(isRepresentative ? representative : scalable), ...slow],
          exclude: [...configDefaults.exclude, ...alike, ...(isRepresentative ? ofTheNight : [])],
          isolate: false,
          provide: thorough,
          maxWorkers,
          sequence: { groupOrder: 0 },
        },
      },
      // The provider is verified against the pacts that the consumers write, so they come first.
      {
        extends: true,
        test: {
          name: 'pacts: consumer',
          include: ['contracts/{consumer,conformance}/**/*.pact.test.ts'],
          isolate: false,
          maxWorkers,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'pacts: provider',
          include: ['contracts/provider/**/*.pact.test.ts'],
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      // Checks that the contracts are strict enough: broken servers have to be noticed.
      {
        extends: true,
        test: {
          name: 'strength',
          include: ['contracts/strength/**/*.pact.test.ts'],
          maxConcurrency: 3,
          sequence: { groupOrder: 2 },
        },
      },
      // A reference model beside the mock, for as many random steps as there is time for.
      {
        extends: true,
        test: {
          name: 'model',
          include: ['test/model/**/*.test.ts'],
          // Breaks answers to test the model, not the mock.
          exclude: [...configDefaults.exclude, ...(isRepresentative ? ['test/model/notice.test.ts'] : [])],
          setupFiles: ['test/model/unsigned.ts'],
          isolate: false,
          sequence: { groupOrder: 3 },
        },
      },
      // Inputs that nobody would send, for FUZZ_SECONDS.
      {
        extends: true,
        test: {
          name: 'fuzz',
          include: ['test/fuzz/**/*.test.ts'],
          pool: 'forks',
          execArgv: ['--expose-gc'],
          sequence: { groupOrder: 5 },
        },
      },
      // Several instances with one store, before real servers that `npm run test:redis` starts.
      {
        extends: true,
        test: {
          name: 'redis',
          include: ['test/redis/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...(isRepresentative ? slowWithRedis : [])],
          isolate: false,
          fileParallelism: false,
          sequence: { groupOrder: 6 },
        },
      },
      // Real SDKs, and what other tool chains make of the mock, as far as the machine has them.
      {
        extends: true,
        test: {
          name: 'sdk',
          include: ['test/sdk/{contracts,matrix,methods}/**/*.test.ts', ...slowToolChains],
          globalSetup: ['test/sdk/matrix/set-up.ts'],
          // Java and Python write, and read their arguments, by the locale.
          env: { LC_ALL: 'C.UTF-8' },
          maxConcurrency: 3,
          sequence: { groupOrder: 4 },
        },
      },
      // The documentation as a site, which `npm run test:site` builds.
      { extends: true, test: { name: 'site', include: ['test/site/**/*.test.ts'], sequence: { groupOrder: 5 } } },
      // The dashboard as a person uses it, where the machine has Chromium.
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          // Thousands of rows, for minutes.
          exclude: [...configDefaults.exclude, ...(isRepresentative ? largeInBrowsers : [])],
          // The files of a worker share a browser.
          isolate: false,
          // Some look at twenty pages, for which Chromium has a ninth of a processor in CI.
          testTimeout: 600_000,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
})
