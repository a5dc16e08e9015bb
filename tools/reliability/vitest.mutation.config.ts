import { configDefaults, defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import usual, { ofOtherProjects } from '../../vitest.config.ts'
import { testsOf } from './mutants.ts'

const { MUTATION_FILE: mutated = '', MUTATION_SHARE: share } = process.env

/** `test/wire/diagnosis/url.test.ts`, or of a file in a folder that has one test for all of it, `test/wire/diagnosis/texts.test.ts`. */
const ownTestsOf = (file: string) =>
  [/\.ts$/, /\/[^/]*$/].map((end) => file.replace(/^.*?src\//, '/test/').replace(end, '.test.ts'))

/** Thousands of random cases, which run last. */
const RANDOM = /\/(?:causes|soundness)\.test\.ts$/

/** Runs the changed file's own test first, then those of its folder: the first failure ends the run. */
class OwnTestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const [changed = mutated] = this.ctx.config.related ?? []
    const ownTests = ownTestsOf(changed)
    const folders = changed
      .replace(/^.*?src\//, '')
      .split('/')
      .slice(0, -1)
    const placeOf = ({ moduleId }: TestSpecification): number => {
      if (ownTests.some((ownTest) => moduleId.endsWith(ownTest))) return 0
      if (RANDOM.test(moduleId)) return folders.length + 2
      const inCommon = folders.findLastIndex((_, at) =>
        moduleId.includes(`/test/${folders.slice(0, at + 1).join('/')}/`),
      )
      return folders.length - inCommon
    }
    return files.toSorted((a, b) => placeOf(a) - placeOf(b) || a.moduleId.localeCompare(b.moduleId))
  }
}

/** Tests that read the tree, or build it: they would see every change at once. And those of SDKs, which are not copied. */
const OF_THE_TREE = ['test/{package,docs,tools,sdk}/**', 'test/cli/texts.test.ts']

/** Tests that start a program as another user, to whom the copy is closed. */
const OF_OTHER_USERS = 'test/{cli/data,wire/tls/certificate-authority}.test.ts'

/** Tests of megabytes: code that notes what it reaches takes so long for them that the server gives up waiting. */
const OF_MEGABYTES = 'test/control/body-limit.test.ts'

export default defineConfig({
  ...(share !== undefined && { resolve: usual.resolve }),
  test: {
    include: [share === undefined ? testsOf(mutated) : 'test/**/*.test.ts', 'tools/reliability/no-test.test.ts'],
    testTimeout: share === undefined ? 20_000 : 300_000,
    // As in `npm test`: to load what they test takes longer than most of them.
    isolate: false,
    setupFiles: ['tools/reliability/coverage-of-file.ts'],
    exclude: [...configDefaults.exclude, ...ofOtherProjects, ...OF_THE_TREE, OF_OTHER_USERS, OF_MEGABYTES],
    // Stryker's own set-up comes first.
    sequence: { sequencer: OwnTestFirst, setupFiles: 'list' },
    // 200 of the 10,000 random cases of `test/wire/diagnosis`, and so on: they run for each change.
    provide: { randomPercent: 2, doors: ['direct'], commands: 'in process', calls: 'all' },
  },
})
