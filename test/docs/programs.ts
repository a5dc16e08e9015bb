import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './markdown.ts'

/** A program that a page shows. */
export interface Program {
  /** What is the same as what the page shows. Left out where the test takes the program out of the page itself. */
  readonly file?: string
  /** What runs it. */
  readonly test: string
}

/** Pages with programs of their own: what takes these out of them and runs them, or why nothing can. */
const PAGES: Readonly<Record<string, Omit<Program, 'file'> | { readonly notRun: string }>> = {
  'docs/test-runners': { test: 'tools/matrix/programs.ts' },
  'docs/containers': { notRun: 'Testcontainers needs a container engine' },
}

/** What runs the programs of a page, whatever their names; nothing for a page whose programs are in {@link programs}. */
export const runnerOf = (path: string) => PAGES[path.replace(/(?:\.zh-CN)?\.md$/, '')]

const READMES = 'test/docs/examples.test.ts'
/** Run by the project `sdk`, since they need other tool chains. */
const SDKS = 'test/sdk/matrix/examples.test.ts'

/** A program that is a test itself. */
const ownTest = (name: string): Record<string, Program> => {
  const file = `examples/${name}.test.ts`
  return { [name]: { file, test: file } }
}

/** A program for an SDK, and the part that changes when it is told the address. */
const ofSdk = (name: string, file: string): Record<string, Program> => ({
  [name]: { file, test: SDKS },
  [`${name}-hook`]: { test: SDKS },
})

/** Contracts of shops in other languages, with Pact's own libraries. */
const contract = (name: string, file: string): Record<string, Program> => ({
  [`contract-${name}`]: { file: `examples/contracts/${file}`, test: 'test/sdk/contracts/languages.ts' },
})

/** The product of `docs/extending.md`, a file each. */
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
  'node-test': { file: 'examples/node-test.mjs', test: READMES },
  story: { file: 'examples/story.mjs', test: READMES },
  'confirm-page': { file: 'examples/confirm-page.js', test: 'test/browser/transfer-page.test.ts' },
  commission: { file: 'examples/commission.mjs', test: READMES },
  msw: { file: 'examples/msw.ts', test: READMES },
  data: { file: 'examples/data.ts', test: READMES },
  server: { file: 'examples/server.ts', test: READMES },
  'signed-call': { file: 'examples/signed-call.ts', test: READMES },
  fixtures: { file: 'examples/fixtures.ts', test: READMES },
  'pact-broker': { file: 'examples/pact-broker.ts', test: READMES },
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
  ...contract('python', 'python/test_shop.py'),
  ...contract('python-provider', 'python/test_provider.py'),
  ...contract('go-shop', 'go/shop.go'),
  ...contract('go', 'go/shop_test.go'),
  ...contract('go-provider', 'go/provider_test.go'),
  ...contract('java', 'java/src/test/java/ShopTest.java'),
  ...contract('java-provider', 'java/src/test/java/ProviderTest.java'),
  ...loyalty,
  'cancel-service-order': {
    file: 'test/products/payscore/cancel-service-order.ts',
    test: 'test/products/payscore/payscore.test.ts',
  },
}
