import { afterAll, TestRunner } from 'vitest'

interface Coverage {
  static: object
  perTest: object
}

/** Stryker's own members, and `noted`: the object that the code of this process writes into. */
const stryker: { mutantCoverage?: Coverage; noted?: Coverage } = Reflect.get(globalThis, '__stryker__')

// With each test file, Stryker sends what all files of the process have reached so far: gigabytes in all.
stryker.noted ??= stryker.mutantCoverage ?? { static: {}, perTest: {} }
const { noted } = stryker
stryker.mutantCoverage = noted
afterAll(() => {
  stryker.mutantCoverage = { ...noted }
  Object.assign(noted, { static: {}, perTest: {} })
})

// Stryker knows the current test only between the first hook and the last. It would take what fixtures do for the loading of a module, and run all tests.
let current: ReturnType<typeof TestRunner.getCurrentTest>
let id: string | undefined
Object.defineProperty(stryker, 'currentTestId', {
  get() {
    const test = TestRunner.getCurrentTest()
    if (test !== current) id = test && `${test.file.filepath}#${test.fullTestName.trim()}`
    current = test
    return id
  },
  set() {},
  configurable: true,
})
