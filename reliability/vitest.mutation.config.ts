import { defineConfig } from 'vitest/config'

const [, folder] = (process.env.MUTATION_FILE ?? '').split('/')

/** What is run for each change that is made in a source file: the tests of its folder, and nothing else. */
export default defineConfig({
  test: { include: [`test/${folder}/**/*.test.ts`], testTimeout: 20_000 },
})
