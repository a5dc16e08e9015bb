import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './markdown.ts'

/** A program shown on a page. */
export interface Program {
  /** File with the same content as the page's block. Omitted if the test takes the program from the page itself. */
  readonly file?: string
  /** Test that runs it. */
  readonly test: string
}

/** Pages with programs of their own: the script that takes them from there and runs them, or the reason why they cannot run. */
const PAGES: Readonly<Record<string, Omit<Program, 'file'> | { readonly notRun: string }>> = {
  'docs/test-runners': { test: 'tools/matrix/programs.ts' },
  'docs/containers': { notRun: 'Testcontainers needs a container engine' },
}

/** The script that runs the programs of a page that are not in {@link programs}. */
export const runnerOf = (path: string) => PAGES[path.replace(/(?:\.zh-CN)?\.md$/, '')]

const READMES = 'test/docs/examples.test.ts'
/** Whole tests in other languages. */
const RECIPES = 'test/sdk/matrix/recipes.test.ts'
/** Run by the project `sdk`, since they need other tool chains. */
const SDKS = 'test/sdk/matrix/examples.test.ts'

/** Run by the project `sdk` too, against what the gauntlet sends. */
const receiver = (language: string, file: string): Record<string, Program> => ({
  [`receiver-${language}`]: { file: `examples/receivers/${file}`, test: 'test/sdk/matrix/receivers.test.ts' },
})

/** A program that is itself a test. */
const ownTest = (name: string): Record<string, Program> => {
  const file = `examples/${name}.test.ts`
  return { [name]: { file, test: file } }
}

/** A program for an SDK, and the part that changes once it knows the mock's address. */
const ofSdk = (name: string, file: string): Record<string, Program> => ({
  [name]: { file, test: SDKS },
  [`${name}-hook`]: { test: SDKS },
})

/** Contracts of shops in other languages, written with Pact's own libraries. */
const contract = (name: string, file: string): Record<string, Program> => ({
  [`contract-${name}`]: { file: `examples/contracts/${file}`, test: 'test/sdk/contracts/languages.ts' },
})

/** Product of `docs/extending.md`, one program per file. */
const LOYALTY = 'test/products/loyalty/'
const loyalty = Object.fromEntries(
  readdirSync(join(root, LOYALTY)).map((file) => [
    file.replace(/(?:\.test)?\.ts$/, ''),
    { file: LOYALTY + file, test: `${LOYALTY}loyalty.test.ts` },
  ]),
)

/** Every program of the documentation, by the name in the comment above it. */
export const programs: Readonly<Record<string, Program>> = {
  node: { file: 'examples/node.mjs', test: READMES },
  story: { file: 'examples/story.mjs', test: READMES },
  'front-end': { file: 'examples/front-end.html', test: 'test/browser/cashier.test.ts' },
  'take-a-coupon': { file: 'examples/take-a-coupon.html', test: 'test/browser/wallet.test.ts' },
  commission: { file: 'examples/commission.mjs', test: READMES },
  msw: { file: 'examples/msw.ts', test: READMES },
  data: { file: 'examples/data.ts', test: READMES },
  server: { file: 'examples/server.ts', test: READMES },
  'signed-call': { file: 'examples/signed-call.ts', test: READMES },
  fixtures: { file: 'examples/fixtures.ts', test: READMES },
  'pact-broker': { file: 'examples/pact-broker.ts', test: READMES },
  'share-a-mock': { file: 'examples/share-a-mock.mjs', test: READMES },
  pytest: { file: 'examples/tests/test_shop.py', test: RECIPES },
  junit: { file: 'examples/tests/ShopTest.java', test: RECIPES },
  'go-test': { file: 'examples/tests/shop_test.go', test: RECIPES },
  ...ownTest('rotate-keys'),
  ...ownTest('vitest'),
  ...ownTest('callback'),
  ...ownTest('faults'),
  ...ownTest('shaped-calls'),
  ...ownTest('rehearse-transfers'),
  ...ownTest('authorized-transfers'),
  ...ownTest('gauntlet'),
  ...ownTest('pact-write'),
  ...ownTest('pact-record'),
  ...ofSdk('java', 'examples/java/Associate.java'),
  ...ofSdk('apache-httpclient', 'examples/apache-httpclient/Associate.java'),
  ...ofSdk('go', 'examples/go/main.go'),
  ...ofSdk('python', 'examples/python/associate.py'),
  ...ofSdk('php', 'examples/php/associate.php'),
  ...ofSdk('axios-plugin', 'examples/axios-plugin.mjs'),
  ...ofSdk('node-v3', 'examples/node-v3.mjs'),
  ...receiver('java', 'Receiver.java'),
  ...receiver('go', 'main.go'),
  ...receiver('python', 'receiver.py'),
  ...contract('python', 'python/test_shop.py'),
  ...contract('python-callbacks', 'python/test_callbacks.py'),
  ...contract('python-provider', 'python/test_provider.py'),
  ...contract('go-shop', 'go/shop.go'),
  ...contract('go', 'go/shop_test.go'),
  ...contract('go-provider', 'go/provider_test.go'),
  ...contract('go-callbacks', 'go/callbacks_test.go'),
  ...contract('java', 'java/src/test/java/ShopTest.java'),
  ...contract('java-provider', 'java/src/test/java/ProviderTest.java'),
  ...contract('java-callbacks', 'java/src/test/java/ShopCallbacksTest.java'),
  ...loyalty,
  'pay-score': {
    file: 'test/products/pay-score/pay-score.ts',
    test: 'test/products/pay-score/pay-score.test.ts',
  },
}
