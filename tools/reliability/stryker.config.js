/**
 * Mutation testing of one source file, which `run-mutation.ts` names in MUTATION_FILE: a report and a memory of its own for each, so that a run
 * that was ended goes on where it was.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
const file = process.env.MUTATION_FILE ?? ''
const reports = `reports/mutation/${file}`
/** Of a text for a person its words are left as they are: other words behave the same. What decides between texts is changed as everywhere. */
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
