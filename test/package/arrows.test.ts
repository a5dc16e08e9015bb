import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const CONFIGURATION = ['biome.json', 'biome.arrows.jsonc']

/** One override of the arrows that restricts imports. */
interface Rule {
  readonly includes: string
  readonly message: string
}

/** A file of a room, with an allowed import and a forbidden one. Neither needs to exist: the rules look at names. */
interface Offence {
  /** The first of the rule's `includes`. */
  readonly rule: string
  readonly file: string
  readonly allowed: string
  readonly forbidden: string
}

/** By the first of the `includes` of their rule. */
const offencesByRule: Readonly<
  Record<string, readonly (readonly [file: string, allowed: string, forbidden: string])[]>
> = {
  'src/*.ts': [
    ['src/mock.ts', './stores/memory.ts', './doors/transports/node-server.ts'],
    ['src/open-mock.ts', './mock.ts', '../fixtures/index.ts'],
  ],
  'src/wire/shared/**': [['src/wire/shared/one.ts', './decision.ts', '../protocol/errors.ts']],
  'src/wire/protocol/**': [
    ['src/wire/protocol/one.ts', 'node:crypto', 'node:fs'],
    ['src/wire/protocol/two.ts', '../shared/texts.ts', '../shared/errors.ts'],
  ],
  'src/wire/diagnosis/**': [
    ['src/wire/diagnosis/one.ts', '../protocol/message.ts', '../../engine/http-message.ts'],
    ['src/wire/diagnosis/texts/one.ts', '../describe.ts', '../../../engine/http-message.ts'],
  ],
  'src/wire/x509/**': [['src/wire/x509/one.ts', 'node-forge', '../../control/identity/well-known.ts']],
  'src/wire/tls/**': [['src/wire/tls/one.ts', '../x509/certificates.ts', '../../engine/clock.ts']],
  'src/engine/**': [
    ['src/engine/one.ts', '../wire/protocol/errors.ts', '../products/index.ts'],
    ['src/engine/two.ts', './state/store.ts', '../mock.ts'],
    ['src/engine/state/one.ts', '../journal/journal.ts', '../../products/payment/rules/order.ts'],
    ['src/engine/faults/one.ts', '../operation.ts', '../../control/call.ts'],
  ],
  'src/stores/**': [
    ['src/stores/one.ts', '../engine/state/store.ts', '../products/payment/rules/order.ts'],
    ['src/stores/redis/one.ts', '../turns.ts', '../../engine/mock.ts'],
  ],
  'src/control/**': [
    ['src/control/one.ts', './openapi/document.ts', '../mock.ts'],
    ['src/control/calls/one.ts', '../call.ts', '../../../contracts/kit/index.ts'],
    ['src/control/calls/three.ts', '../client-setup/snippets.ts', '../../cli/texts.ts'],
    ['src/control/calls/two.ts', '../../engine/mock.ts', '../../traffic/recording/record-pact.ts'],
    ['src/control/two.ts', '../engine/mock.ts', '../products/index.ts'],
    ['src/control/calls/four.ts', '../route.ts', '../../products/payment/index.ts'],
  ],
  'src/control/identity/**': [
    ['src/control/identity/one.ts', '../../wire/x509/certificates.ts', '../calls/merchants.ts'],
  ],
  'src/control/world/**': [['src/control/world/one.ts', '../../engine/state/table.ts', '../../products/index.ts']],
  'src/control/openapi/**': [
    ['src/control/openapi/one.ts', '../../engine/operation.ts', '../call.ts'],
    ['src/control/openapi/two.ts', 'zod', '../../catalogue/fields.ts'],
  ],
  'src/control/client-setup/**': [
    ['src/control/client-setup/one.ts', '../../wire/tls/authority.ts', '../../engine/mock.ts'],
    ['src/control/client-setup/two.ts', '../../wire/protocol/errors.ts', '../../cli/texts.ts'],
  ],
  'src/control/provider-states/**': [
    ['src/control/provider-states/one.ts', '../client/client.ts', '../../products/index.ts'],
  ],
  'src/catalogue/**': [['src/catalogue/one.ts', '../engine/operation.ts', '../products/payment/index.ts']],
  'src/products/*.ts': [['src/products/index.ts', './payment/index.ts', '../stores/memory.ts']],
  'src/products/*/*.ts': [
    ['src/products/payment/one.ts', '../../engine/operation.ts', '../../stores/memory.ts'],
    ['src/products/merchant-coupon/one.ts', '../../catalogue/documented-call.ts', '../payment/operations.ts'],
    ['src/products/payment/two.ts', '../../catalogue/fields.ts', '../index.ts'],
  ],
  'src/products/*/*/*.ts': [
    ['src/products/payment/orders/one.ts', '../../../control/call.ts', '../../../stores/memory.ts'],
    ['src/products/merchant-coupon/folder/one.ts', '../../payment/index.ts', '../../payment/orders/table.ts'],
    ['src/products/payment/orders/two.ts', '../../common/once.ts', '../../index.ts'],
  ],
  'src/products/platform/*.ts': [['src/products/platform/one.ts', '../common/once.ts', '../payment/index.ts']],
  'src/products/platform/*/*.ts': [
    ['src/products/platform/folder/one.ts', '../../common/once.ts', '../../payment/index.ts'],
  ],
  'src/products/common/**': [['src/products/common/one.ts', '../../engine/keys/merchants.ts', '../platform/index.ts']],
  'src/products/*/*-rules.ts': [
    ['src/products/payment/one-rules.ts', './orders.ts', 'zod'],
    ['src/products/merchant-coupon/one-rules.ts', './stocks.ts', '../../engine/operation.ts'],
  ],
  'src/products/*/pages/**': [
    [
      'src/products/payment/pages/card-page/one.ts',
      '../../../../doors/browser/kept.ts',
      '../../../../../dashboard/times.ts',
    ],
    ['src/products/payment/pages/card-page/two.ts', '../../routes.ts', '../../../../mock-control.ts'],
    [
      'src/products/payment/pages/card-page/three.ts',
      '../../../../control/client/connection.ts',
      '../../../../control/app.ts',
    ],
  ],
  'src/products/scenarios/**': [['src/products/scenarios/one.ts', '../json.ts', '../index.ts']],
  'src/traffic/recording/**': [
    ['src/traffic/recording/one.ts', '../../mock-control.ts', '../../mock.ts'],
    ['src/traffic/recording/two.ts', '../../products/index.ts', '../../../contracts/kit/index.ts'],
    ['src/traffic/recording/three.ts', '../../control/provider-states/state.ts', '../../testing/merchant-client.ts'],
  ],
  'src/traffic/review/**': [
    ['src/traffic/review/one.ts', '../../catalogue/facts.ts', '../../../contracts/kit/index.ts'],
  ],
  'src/doors/transports/**': [['src/doors/transports/one.ts', '../../mock.ts', '../../cli/main.ts']],
  'src/doors/browser/**': [['src/doors/browser/one.ts', '../../wire/shared/texts.ts', '../../engine/ids.ts']],
  'src/gauntlet/**': [['src/gauntlet/one.ts', '../doors/transports/node-server.ts', '../cli/output.ts']],
  'src/testing/**': [['src/testing/one.ts', '../../mocks/index.ts', '../../fixtures/index.ts']],
  'src/cli/**': [
    ['src/cli/one.ts', '../mock.ts', '../testing/index.ts'],
    ['src/cli/pact/one.ts', '../../../contracts/kit/report.ts', '../../../contracts/strength/repair.ts'],
  ],
  'mocks/**': [['mocks/one.ts', '../src/engine/mock.ts', '../src/mock.ts']],
  'fixtures/**': [['fixtures/one.ts', '../src/wire/x509/certificates.ts', '../src/mock.ts']],
  'contracts/kit/**': [['contracts/kit/one.ts', '../../src/mock.ts', '../../src/cli/pact/verify.ts']],
  'contracts/consumer/*.test.ts': [
    ['contracts/consumer/one.pact.test.ts', 'wechatpay-mock/pact', '../../src/wire/protocol/envelope.ts'],
  ],
  'contracts/consumer/{shop,payouts,marketplace,brand}.ts': [
    ['contracts/consumer/payouts.ts', 'wechatpay-axios-plugin', 'wechatpay-mock/protocol'],
  ],
  'dashboard/**': [
    ['dashboard/one.ts', '../src/mock-control.ts', '../src/products/index.ts'],
    [
      'dashboard/two.ts',
      '../src/products/transfer/bills/table.ts',
      '../src/products/transfer/pages/transfer-page/words.ts',
    ],
    ['dashboard/state/one.ts', '../times.ts', '../../src/mock.ts'],
  ],
}

const offences = Object.entries(offencesByRule).flatMap(([rule, some]) =>
  some.map(([file, allowed, forbidden]): Offence => ({ rule, file, allowed, forbidden })),
)

/** Pairs of files that import each other: the first imports a value, the second as stated. */
const cycles = {
  'of values': [
    "import { two } from './two.ts'\nexport const one = () => two\n",
    "import { one } from './one.ts'\nexport const two = () => one\n",
  ],
  'of types': [
    "import type { Two } from './two.ts'\nexport interface One { readonly two?: Two }\n",
    "import type { One } from './one.ts'\nexport interface Two { readonly one?: One }\n",
  ],
  'of a value and a type': [
    "import { two } from './two.ts'\nexport type One = typeof two\nexport const one = two\n",
    "import type { One } from './one.ts'\nexport const two: One | 2 = 2\n",
  ],
  'closed by a module that is loaded later': [
    "export const one = async () => (await import('./two.ts')).two\n",
    "import { one } from './one.ts'\nexport const two = one\n",
  ],
} as const

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'arrows-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const rules = readRules()
const found = lint()

describe.for(Object.keys(offencesByRule))('%s', (includes) => {
  test.for(offences.filter(({ rule }) => rule === includes))(
    '$file may import $allowed, but not $forbidden',
    ({ file }) => {
      const rule = rules.find((one) => one.includes === includes)
      expect(found.get(file)).toEqual([`3 ${rule?.message}`])
    },
  )
})

test('every rule has an offence here', () => {
  expect(Object.keys(offencesByRule).toSorted()).toEqual(rules.map(({ includes }) => includes).toSorted())
})

test.for(Object.keys(cycles))('a circle %s is refused', (kind) => {
  const [one, two] = filesOf(kind)
  expect([found.get(one), found.get(two)]).toEqual(
    Array.from({ length: 2 }, () => [expect.stringMatching(/^\d This import is part of a cycle/)]),
  )
})

function filesOf(kind: string): readonly [one: string, two: string] {
  const room = `src/shared/${kind.replaceAll(' ', '-')}`
  return [`${room}/one.ts`, `${room}/two.ts`]
}

/** The rules on imports. */
function readRules(): readonly Rule[] {
  const text = readFileSync(new URL('biome.arrows.jsonc', root), 'utf8').replaceAll(/^\s*\/\/.*$/gm, '')
  const { overrides } = JSON.parse(text) as {
    overrides: readonly {
      readonly includes: readonly string[]
      readonly linter: {
        readonly rules: {
          readonly style?: {
            readonly noRestrictedImports: {
              readonly options: { readonly patterns: readonly { readonly message: string }[] }
            }
          }
        }
      }
    }[]
  }
  return overrides.flatMap(({ includes: [includes = ''], linter }) =>
    (linter.rules.style?.noRestrictedImports.options.patterns ?? []).map(({ message }) => ({ includes, message })),
  )
}

/** Findings of the linter on the files above, by file: line and message. */
function lint(): ReadonlyMap<string, readonly string[]> {
  for (const name of CONFIGURATION) copyFileSync(new URL(name, root), join(folder, name))
  for (const { file, allowed, forbidden } of offences)
    put(file, `// One import a line.\nimport '${allowed}'\nimport '${forbidden}'\n`)
  for (const [kind, [first, second]] of Object.entries(cycles)) {
    const [one, two] = filesOf(kind)
    put(one, first)
    put(two, second)
  }
  const biome = fileURLToPath(new URL('node_modules/@biomejs/biome/bin/biome', root))
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '--vcs-enabled=false', '.'],
    { cwd: folder, encoding: 'utf8' },
  )
  const { diagnostics } = JSON.parse(stdout || stderr) as {
    diagnostics: readonly {
      readonly category: string
      readonly message: string
      readonly location: { readonly path: string; readonly start: { readonly line: number } }
    }[]
  }
  const arrows = diagnostics.filter(({ category }) => /noRestrictedImports|noImportCycles/.test(category))
  const messages = Map.groupBy(arrows, ({ location }) => location.path.replaceAll('\\', '/'))
  return new Map(
    [...messages].map(([file, of]) => [file, of.map(({ message, location }) => `${location.start.line} ${message}`)]),
  )
}

function put(file: string, text: string): void {
  const path = join(folder, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
