/**
 * Mutation testing of one source file, which `run-mutation.ts` names in MUTATION_FILE: each has its own report and incremental file, so that an
 * interrupted run can be resumed. With MUTATION_SHARE it is of a random share of the changes of many files, whose names are joined by commas.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
const { MUTATION_FILE: file = '', MUTATION_SHARE: share, MUTATION_CONCURRENCY: concurrency = 1 } = process.env
const reports = `reports/mutation/${share === undefined ? file : 'share'}`
/** The wording of texts for people is not mutated, since other words behave the same. The code that chooses between texts is. Of a share, the
 * texts may be anywhere. */
const excludedMutations = share !== undefined || file.includes('/texts/') ? ['StringLiteral'] : []

export default {
  testRunner: 'vitest',
  // Related to the changed file: for a share, the whole suite is to choose from.
  vitest: {
    configFile: 'tools/reliability/vitest.mutation.config.ts',
    related: share !== undefined,
    // Tests of the command line change the folder and the streams of their process.
    ...(share !== undefined && { pool: 'forks' }),
  },
  plugins: ['@stryker-mutator/vitest-runner', './tools/reliability/share.ts'],
  ignorers: share === undefined ? [] : ['share'],
  checkers: share === undefined ? [] : ['share'],
  mutate: file.split(','),
  mutator: { excludedMutations },
  coverageAnalysis: 'perTest',
  concurrency: Number(concurrency),
  // Of a share, all is tried anew: the tests of its last run may be others.
  incremental: share === undefined,
  incrementalFile: `${reports}.incremental.json`,
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: false },
  jsonReporter: { fileName: `${reports}.json` },
  ignorePatterns: [
    '/build',
    '/reports',
    '/test/sdk/*/build',
    ...(share === undefined
      ? ['/dist', '/docs', '/contracts', '/examples', '/tools/bench', '/test/sdk', '/test/model']
      : []),
  ],
  tempDirName: '.stryker-tmp',
  timeoutMS: 5_000,
  dryRunTimeoutMinutes: 60,
  // Stryker rewrites this file with a function that TypeScript 7 does not have; the tests do not need it.
  tsconfigFile: 'none',
  disableTypeChecks: false,
  allowConsoleColors: false,
  logLevel: 'warn',
}
