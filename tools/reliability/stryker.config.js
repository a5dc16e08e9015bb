/**
 * Mutation testing of one source file, which `run-mutation.ts` names in MUTATION_FILE: each has its own report and incremental file, so that an
 * interrupted run can be resumed.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
const file = process.env.MUTATION_FILE ?? ''
const reports = `reports/mutation/${file}`
/** The wording of texts for people is not mutated, since other words behave the same. The code that chooses between texts is. */
const excludedMutations = file.includes('/texts/') ? ['StringLiteral'] : []

export default {
  testRunner: 'vitest',
  vitest: { configFile: 'tools/reliability/vitest.mutation.config.ts', related: false },
  plugins: ['@stryker-mutator/vitest-runner'],
  mutate: [file],
  mutator: { excludedMutations },
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 1),
  incremental: true,
  incrementalFile: `${reports}.incremental.json`,
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: false },
  jsonReporter: { fileName: `${reports}.json` },
  ignorePatterns: [
    '/build',
    '/dist',
    '/docs',
    '/contracts',
    '/examples',
    '/tools/bench',
    '/reports',
    '/test/sdk',
    '/test/model',
  ],
  tempDirName: '.stryker-tmp',
  timeoutMS: 5_000,
  // Stryker rewrites this file with a function that TypeScript 7 does not have; the tests do not need it.
  tsconfigFile: 'none',
  disableTypeChecks: false,
  allowConsoleColors: false,
  logLevel: 'warn',
}
