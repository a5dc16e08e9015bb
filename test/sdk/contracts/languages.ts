import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EVENT_TYPES } from '../../../src/products/index.ts'
import type { Command } from '../matrix/sdk.ts'
import { inVenv, PYTHON_TOOLS, pythonInstall, SHORT_LIVED, SHORT_LIVED_MAVEN } from '../matrix/tool-chains.ts'

/** A language in which a shop has contracts, with an SDK that verifies every answer. */
export interface Language {
  readonly id: 'python' | 'go' | 'java'
  readonly language: string
  /** Answers when the tool chain is there. */
  readonly tools: readonly Command[]
  /** Pact and the SDK, with their versions. */
  readonly versions: readonly string[]
  /** Files of the example that say what is installed. */
  readonly pins: readonly string[]
  /** The same consumer test for specification 3, as a further file. */
  readonly inVersion3: { readonly file: string; readonly from: string; readonly rewrite: (program: string) => string }
  /** Gets and builds it, in the working folder. */
  readonly install: readonly Command[]
  readonly env?: Readonly<Record<string, string>>
  /** Writes the pacts of both specifications into `pacts`. */
  readonly consumer: Command
  /** Verifies what is in `pacts`. */
  readonly verifier: Command
  /** How its report says that so many interactions failed. */
  readonly failures: (count: number) => string
  /** How many interactions the consumer writes, in each specification; in 4 a callback besides. */
  readonly interactions: number
  /** How its verifier is asked for messages, where that takes a method for each description. */
  readonly methods?: { readonly file: string; readonly methodFor: (description: string, position: number) => string }
  /** Events of whose callbacks the verifier asks for messages. */
  readonly events: readonly string[]
}

const examples = fileURLToPath(new URL('../../../examples/contracts/', import.meta.url))
export const exampleOf = ({ id }: Pick<Language, 'id'>): string => join(examples, id)

/** Where what is installed goes, and the programs with it. */
export const buildOf = ({ id }: Pick<Language, 'id'>): string => fileURLToPath(new URL(`build/${id}`, import.meta.url))

function version(id: Language['id'], file: string, name: string, pattern: RegExp): string {
  const [, found] = pattern.exec(readFileSync(join(examples, id, file), 'utf8')) ?? []
  if (found === undefined) throw new Error(`${file} does not say which ${name}`)
  return `${name} ${found}`
}

const inPython = (name: string) => version('python', 'requirements.txt', name, new RegExp(`^${name}==(.+)$`, 'm'))
const inGo = (name: string) => version('go', 'go.mod', name, new RegExp(`/${name}(?:/v2)? v(\\S+)`))
const inJava = (name: string, artifact: string) =>
  version('java', 'pom.xml', name, new RegExp(`<artifactId>${artifact}</artifactId>\\s*<version>(.*)</version>`))

const venv = join(buildOf({ id: 'python' }), 'venv')

/** Pact's own command line, which is in a package for Python. */
export const PACT_CLI = inVenv(venv, 'pact')

/**
 * The native library that pact-go is linked to. Its own installer gets it from GitHub; the packages of pact-js for each platform have the same one, and
 * this is the last version of them with all the functions that pact-go calls.
 */
const FFI_VERSION = '17.1.0'
const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
const ffiPackage = `@pact-foundation/pact-core-${platform}${process.platform === 'linux' ? '-glibc' : ''}`
const ffi = join(buildOf({ id: 'go' }), 'node_modules', ffiPackage, 'prebuilds', `${process.platform}-${process.arch}`)
const goTests = join(buildOf({ id: 'go' }), 'contracts.test')

/** As the verifier says it that Pact's libraries have in common, and its command line too. */
const ofPact = (count: number) => `There were ${count} pact failures`

const maven = (...args: string[]): Command => ['mvn', '-q', '-B', ...args]
const offline = (tests: string): Command => maven('-o', 'test', `-Dtest=${tests}`, `-DargLine=${SHORT_LIVED.join(' ')}`)

export const languages: readonly Language[] = [
  {
    id: 'python',
    language: 'Python',
    tools: PYTHON_TOOLS,
    versions: [inPython('pact-python'), inPython('wechatpayv3')],
    pins: ['requirements.txt'],
    inVersion3: {
      from: 'test_shop.py',
      file: 'test_shop_v3.py',
      rewrite: (program) => program.replace('"V4"', '"V3"').replace('"python-shop"', '"python-shop-v3"'),
    },
    install: pythonInstall(venv),
    consumer: [inVenv(venv, 'python'), '-m', 'pytest', '-q', 'test_shop.py', 'test_shop_v3.py', 'test_callbacks.py'],
    verifier: [inVenv(venv, 'python'), '-m', 'pytest', '-q', 'test_provider.py'],
    failures: ofPact,
    interactions: 2,
    events: EVENT_TYPES,
  },
  {
    id: 'go',
    language: 'Go',
    tools: [
      ['go', 'version'],
      // Which links the native library.
      ['cc', '--version'],
      ['npm', '--version'],
    ],
    versions: [inGo('pact-go'), inGo('wechatpay-go')],
    pins: ['go.mod', 'go.sum', 'shop.go', 'shop_test.go', 'callbacks_test.go', 'provider_test.go'],
    inVersion3: {
      from: 'shop_test.go',
      file: 'shop_v3_test.go',
      rewrite: (program) =>
        program
          .replace(/\/\/ Pact .*\nvar signed .*\n\n/, '')
          .replaceAll(/\bV4(?=RequestBuilder|ResponseBuilder)/g, 'V3')
          .replace('NewV4Pact', 'NewV3Pact')
          .replace('"go-shop"', '"go-shop-v3"')
          .replace('TestLinksACoupon', 'TestLinksACouponInV3'),
    },
    install: [
      // Into a folder of its own, whatever package is around it.
      ['npm', 'install', '--silent', '--no-save', '--no-audit', '--prefix', '.', `${ffiPackage}@${FFI_VERSION}`],
      ['go', 'test', '-mod=readonly', '-c', '-o', goTests, '.'],
    ],
    env: { CGO_LDFLAGS: `-L${ffi} -Wl,-rpath,${ffi}` },
    consumer: [goTests, '-test.run', 'LinksACoupon|HearsOfACoupon'],
    verifier: [goTests, '-test.run', 'KeepsTheContract'],
    failures: ofPact,
    interactions: 1,
    events: EVENT_TYPES,
  },
  {
    id: 'java',
    language: 'Java',
    tools: [
      ['javac', '-version'],
      ['mvn', '-version'],
    ],
    versions: [inJava('pact-jvm', 'junit5'), inJava('wechatpay-java', 'wechatpay-java')],
    pins: ['pom.xml'],
    inVersion3: {
      from: 'src/test/java/ShopTest.java',
      file: 'src/test/java/ShopInV3Test.java',
      rewrite: (program) =>
        program
          .replaceAll('V4Pact', 'RequestResponsePact')
          .replace('import au.com.dius.pact.core.model.', 'import au.com.dius.pact.core.model.PactSpecVersion;\n$&')
          .replace('port = "1234"', 'port = "1234", pactVersion = PactSpecVersion.V3')
          .replace('"java-shop"', '"java-shop-v3"')
          .replace('class ShopTest', 'class ShopInV3Test'),
    },
    // Maven gets the part of it that runs JUnit only when there is a test to run.
    install: [maven('test', '-Dtest=ShopTest#none', '-Dsurefire.failIfNoSpecifiedTests=false')],
    env: SHORT_LIVED_MAVEN,
    consumer: offline('Shop*Test'),
    verifier: offline('ProviderTest'),
    failures: (count) => `Tests run: ${count}, Failures: ${count},`,
    interactions: 1,
    methods: {
      file: 'src/test/java/ProviderTest.java',
      methodFor: (description, position) =>
        `  @PactVerifyProvider("${description}")\n  MessageAndMetadata message${position}() {\n    return message("${description}");\n  }\n`,
    },
    // It has a method for each description.
    events: ['COUPON.SEND'],
  },
]
