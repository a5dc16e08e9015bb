import { configDefaults, defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const mutated = process.env.MUTATION_FILE ?? ''
const [, product, folder = ''] = /^src\/(?:(products\/[^/]+)|([^/]+))\//.exec(mutated) ?? []
/** `test/diagnosis/url.test.ts`, or of a file in a folder that has one test for all of it, `test/diagnosis/texts.test.ts`. */
const ownTests = [/\.ts$/, /\/[^/]*$/].map((end) => mutated.replace(/^src\//, '/test/').replace(end, '.test.ts'))

/** Thousands of random cases, which run last. */
const RANDOM = /\/(?:causes|soundness)\.test\.ts$/

/** Runs the changed file's own test first: the first failure ends the run. */
class OwnTestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => placeOf(a) - placeOf(b) || a.moduleId.localeCompare(b.moduleId))
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  if (ownTests.some((ownTest) => moduleId.endsWith(ownTest))) return 0
  return RANDOM.test(moduleId) ? 2 : 1
}

/** Runs, for each mutation of a source file, only the tests of its folder or of the rules of its product. */
export default defineConfig({
  test: {
    include:
      product === undefined
        ? [`test/${folder}/**/*.test.ts`]
        : [`test/${product}/rules/**/*.test.ts`, `test/${product}/*-rules.test.ts`],
    testTimeout: 20_000,
    // One process for all files of the diagnosis, whose tests leave nothing behind: starting a new one takes longer than most of them. The one that
    // replaces `node:crypto` needs its own.
    isolate: folder !== 'diagnosis',
    exclude: [...configDefaults.exclude, 'test/diagnosis/bounded-work.test.ts'],
    sequence: { sequencer: OwnTestFirst },
    // 200 of the 10,000 random cases of `test/diagnosis`, and so on: they run for each change.
    provide: { randomPercent: 2 },
  },
})
