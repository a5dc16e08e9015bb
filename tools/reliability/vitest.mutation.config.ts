import { configDefaults, defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const mutated = process.env.MUTATION_FILE ?? ''
const [, folder = ''] = /^src\/(products\/[^/]+\/rules|[^/]+)\//.exec(mutated) ?? []
/** `test/diagnosis/url.test.ts`, or of a file in a folder that has one test for all of it, `test/diagnosis/texts.test.ts`. */
const ownTests = [/\.ts$/, /\/[^/]*$/].map((end) => mutated.replace(/^src\//, '/test/').replace(end, '.test.ts'))

/** Thousands of random cases, which come last. */
const RANDOM = /\/(?:causes|soundness)\.test\.ts$/

/** The test of the changed file itself comes first: the first that fails ends the run. */
class OwnTestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => placeOf(a) - placeOf(b) || a.moduleId.localeCompare(b.moduleId))
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  if (ownTests.some((ownTest) => moduleId.endsWith(ownTest))) return 0
  return RANDOM.test(moduleId) ? 2 : 1
}

/** What is run for each change that is made in a source file: the tests of its folder, and nothing else. */
export default defineConfig({
  test: {
    include: [`test/${folder}/**/*.test.ts`],
    testTimeout: 20_000,
    // One process for all files of the diagnosis, whose tests leave nothing behind: to begin a new one takes longer than most of them. The one
    // that puts something in place of `node:crypto` needs one of its own.
    isolate: folder !== 'diagnosis',
    exclude: [...configDefaults.exclude, 'test/diagnosis/bounded-work.test.ts'],
    sequence: { sequencer: OwnTestFirst },
    // Of the random cases of `test/diagnosis` 200 and not 10,000, and so on: they are played for each change.
    provide: { randomPercent: 2 },
  },
})
