/** Cases of the matrix. Versions are pinned, so that the outcome depends on this repository alone; the newest are updated by hand. */
import { readFileSync } from 'node:fs'
import { BOTH, type Case, nodeTests, type Project, testFiles } from './case.ts'
import { shown } from './programs.ts'
import { typeScriptCases } from './type-script.ts'

const SDK = { 'wechatpay-axios-plugin': '0.9.6' }

const COMPILER = { typescript: '5.9.3', '@types/node': '22.13.0' }

/** The program of docs/entries.md, which is one for every version of msw: compiled, and run. */
function exampleOfMsw(msw: string): Case[] {
  const files = {
    'msw.mts': readFileSync(new URL('../../examples/msw.ts', import.meta.url), 'utf8'),
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        ...{ module: 'nodenext', target: 'es2022', lib: ['esnext', 'dom'], types: ['node'] },
        // The declarations of msw itself do not pass.
        ...{ strict: true, noEmit: true, skipLibCheck: true },
      },
    }),
  }
  const shared = { format: 'import', beside: `example beside msw ${msw}`, nodes: ['own'], files } as const
  return [
    { ...shared, runner: `TypeScript ${COMPILER.typescript}`, args: ['node_modules/typescript/bin/tsc'] },
    { ...shared, runner: 'program of the page', args: ['msw.mts'] },
  ]
}

const nodeAndMocha: Project = {
  standsForOthers: true,
  packages: { ...SDK, ...COMPILER, msw: '2.7.0', mocha: '12.0.3', 'mocha-11': 'npm:mocha@11.0.0' },
  cases: [
    ...nodeTests(['shop', 'rest', 'msw'], 'msw 2.7.0'),
    ...exampleOfMsw('2.7.0'),
    ...nodeTests(['mixed, one copy'], 'import with require').slice(0, 1),
    ...mocha('mocha', '12.0.3'),
    ...mocha('mocha-11', '11.0.0'),
  ],
}

function mocha(folder: string, version: string): Case[] {
  return (['import', 'require'] as const).map((format) => ({
    runner: `Mocha ${version}`,
    format,
    beside: 'msw 2.7.0',
    nodes: BOTH,
    files: testFiles(['shop', 'rest', 'msw'], 'Mocha', format),
    args: [`node_modules/${folder}/bin/mocha.js`, '--timeout', '60000', '*.test.*'],
  }))
}

const msw2: Project = {
  packages: { ...SDK, ...COMPILER, msw: '2.15.0' },
  cases: [...nodeTests(['msw'], 'msw 2.15.0'), ...exampleOfMsw('2.15.0')],
}

const msw3: Project = {
  packages: { ...SDK, ...COMPILER, msw: '3.0.5' },
  cases: [...nodeTests(['msw'], 'msw 3.0.5'), ...exampleOfMsw('3.0.5')],
}

/** Jest waits 5 seconds by default; these tests are not about speed. */
const JEST = ['node_modules/jest/bin/jest.js', '--testTimeout', '60000', '--ci']
const VIRTUAL_MACHINES = { NODE_OPTIONS: '--experimental-vm-modules' }

const jestOfModules = (version: string, msw: string, programs: Parameters<typeof testFiles>[0]): Case => ({
  runner: `Jest ${version}`,
  format: 'import, ES modules',
  beside: `msw ${msw}`,
  nodes: BOTH,
  files: {
    ...testFiles(programs, 'Jest', 'import'),
    'jest.config.json': JSON.stringify({ testMatch: ['**/*.test.mjs'], transform: {} }),
  },
  args: JEST,
  environment: VIRTUAL_MACHINES,
})

const jestOfCommonJs = (version: string, msw: string): Case => ({
  runner: `Jest ${version}`,
  format: 'require',
  beside: `msw ${msw}`,
  nodes: BOTH,
  files: testFiles(['shop', 'rest', 'msw'], 'Jest', 'require', '.js'),
  args: JEST,
})

const jest: Project = {
  packages: {
    ...SDK,
    msw: '2.11.1',
    jest: '30.5.2',
    'babel-jest': '30.5.2',
    '@babel/core': '7.29.0',
    '@babel/preset-env': '7.29.0',
    'ts-jest': '29.4.15',
    typescript: '5.9.3',
    '@types/jest': '30.0.0',
  },
  cases: [
    jestOfModules('30.5.2', '2.11.1', ['shop', 'rest', 'msw']),
    // Jest requires ES modules since Node 24.9, so that there is only one copy again.
    { ...jestOfModules('30.5.2', '2.11.1', ['mixed, two copies']), beside: 'import with require', nodes: ['oldest'] },
    { ...jestOfModules('30.5.2', '2.11.1', ['mixed, one copy']), beside: 'import with require', nodes: ['own'] },
    {
      ...jestOfCommonJs('30.5.2', '2.11.1'),
      format: 'require, with --experimental-vm-modules',
      environment: VIRTUAL_MACHINES,
    },
    jestOfCommonJs('30.5.2', '2.11.1'),
    {
      ...jestOfCommonJs('30.5.2', '2.11.1'),
      runner: 'Jest 30.5.2, babel-jest',
      format: 'import',
      files: {
        ...testFiles(['shop', 'rest', 'msw'], 'Jest', 'import', '.js'),
        'babel.config.js': shown('babel-config'),
      },
    },
    {
      ...jestOfCommonJs('30.5.2', '2.11.1'),
      runner: 'Jest 30.5.2, ts-jest 29.4.15',
      format: 'import',
      beside: 'msw 2.11.1, TypeScript 5.9.3',
      files: {
        ...testFiles(['shop', 'rest', 'msw'], 'Jest', 'TypeScript'),
        'jest.config.js': shown('ts-jest-config'),
        'tsconfig.json': JSON.stringify({
          compilerOptions: { target: 'es2022', module: 'commonjs', esModuleInterop: true, strict: true },
        }),
      },
    },
  ],
}

const oldestJest: Project = {
  packages: { ...SDK, msw: '2.7.0', jest: '30.0.0' },
  cases: [jestOfModules('30.0.0', '2.7.0', ['shop', 'rest', 'msw']), jestOfCommonJs('30.0.0', '2.7.0')],
}

const jestWithMsw3: Project = {
  standsForOthers: true,
  packages: { ...SDK, msw: '3.0.5', jest: '30.5.2' },
  cases: [jestOfModules('30.5.2', '3.0.5', ['msw'])],
}

const vitestCase = (version: string, msw: string, more: Partial<Case> = {}): Case => ({
  runner: `vitest ${version}`,
  format: 'import',
  beside: `msw ${msw}`,
  nodes: BOTH,
  files: { 'shop.test.ts': shown('vitest-open') },
  args: ['node_modules/vitest/vitest.mjs', 'run'],
  ...more,
})

/** The program for versions without `test.override`, as the page describes it. */
const scoped = shown('vitest-open')
  .replace("test.override('wechatpayOptions', {", 'test.scoped({ wechatpayOptions: {')
  .replace(/^\}\)$/m, '}})')

const vitest3: Project = {
  packages: { vitest: '3.2.0', msw: '2.7.0' },
  cases: [vitestCase('3.2.0', '2.7.0', { files: { 'shop.test.ts': scoped } })],
}

const vitest4: Project = {
  packages: { vitest: '4.1.0', msw: '2.15.0' },
  cases: [vitestCase('4.1.0', '2.15.0')],
}

const newestVitest4: Project = {
  packages: { vitest: '4.1.12', msw: '2.15.0' },
  cases: [vitestCase('4.1.12', '2.15.0')],
}

const vitest5: Project = {
  standsForOthers: true,
  packages: { vitest: '5.1.1', msw: '3.0.5' },
  cases: [vitestCase('5.1.1', '3.0.5')],
}

const pact = (version: string): Project => ({
  packages: { ...SDK, '@pact-foundation/pact': version },
  cases: nodeTests(['pact'], `Pact ${version}`),
})

const redis = (version: string): Project => ({
  packages: { '@redis/client': version },
  cases: nodeTests(['redis'], `@redis/client ${version}`, { needs: 'redis-server' }),
})

/** An assistant in a few lines: it has a mock started, looks at it, and goes. */
const ASSISTANT = `import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const main = new URL('dist/src/cli/bundle/main.js', import.meta.resolve('wechatpay-mock/package.json'))
const server = spawn(process.execPath, [fileURLToPath(main), 'mcp'], { stdio: ['pipe', 'pipe', 'inherit'] })
const lines = createInterface(server.stdout)[Symbol.asyncIterator]()
const send = (message) => server.stdin.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n')
const ask = async (id, method, params) => {
  send({ id, method, params })
  const answer = JSON.parse((await lines.next()).value)
  assert.equal(answer.id, id, JSON.stringify(answer))
  return answer.result
}

const clientInfo = { name: 'assistant', version: '1' }
await ask(1, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo })
send({ method: 'notifications/initialized' })
const { tools } = await ask(2, 'tools/list', {})
assert.equal(tools.length, 12)
const started = await ask(3, 'tools/call', { name: 'start_mock', arguments: { port: 0 } })
assert.match(started.content[0].text, /^Started at http/)
server.stdin.end()
assert.deepEqual(await once(server, 'exit'), [0, null])
`

const assistant = (version: string): Project => ({
  packages: { '@modelcontextprotocol/server': version },
  cases: [
    {
      runner: 'wechatpay-mock mcp',
      format: 'import',
      beside: `@modelcontextprotocol/server ${version}`,
      nodes: BOTH,
      files: { 'assistant.mjs': ASSISTANT },
      args: ['assistant.mjs'],
    },
  ],
})

const types: Project = {
  packages: {
    ...SDK,
    '@types/node': '22.13.0',
    ...Object.fromEntries(
      ['5.4.5', '5.9.3', '7.0.2'].map((version) => [`typescript-${version}`, `npm:typescript@${version}`]),
    ),
  },
  cases: typeScriptCases(['5.4.5', '5.9.3', '7.0.2']),
}

/** A minimal module that must fail with a message. */
const refused = (runner: string, format: 'import' | 'require', code: string, refusal: string): Case => ({
  runner,
  format,
  beside: 'is told what to do',
  nodes: BOTH,
  files: { [format === 'import' ? 'use.mjs' : 'use.cjs']: code },
  args: [format === 'import' ? 'use.mjs' : 'use.cjs'],
  refusal,
})

/** Packages beside which the package is installed, and which it must report as too old. */
const tooOld: Project = {
  packages: { msw: '2.6.9', vitest: '3.1.4', '@pact-foundation/pact': '16.5.0', '@redis/client': '1.6.1' },
  cases: [
    {
      runner: 'without any part',
      format: 'import',
      beside: 'msw 2.6.9, vitest 3.1.4',
      nodes: BOTH,
      files: {
        'use.mjs': `import { createMock } from 'wechatpay-mock'\nawait createMock().control.coupon('100088', 'sxxe34343434')\n`,
      },
      args: ['use.mjs'],
    },
    refused(
      'msw 2.6.9',
      'import',
      `import 'wechatpay-mock/msw'\n`,
      'wechatpay-mock/msw needs msw 2.7 or newer, and 2.6.9 is installed: npm install --save-dev msw@latest',
    ),
    refused(
      'msw 2.6.9',
      'require',
      `require('wechatpay-mock/msw')\n`,
      'wechatpay-mock/msw needs msw 2.7 or newer, and 2.6.9 is installed: npm install --save-dev msw@latest',
    ),
    vitestCase('3.1.4', '2.6.9', {
      beside: 'is told what to do',
      files: { 'shop.test.ts': scoped },
      refusal:
        'wechatpay-mock/vitest needs vitest 3.2 or newer, and 3.1.4 is installed: npm install --save-dev vitest@latest',
    }),
    refused(
      'Pact 16.5.0',
      'import',
      `import { wechatPayPact } from 'wechatpay-mock/pact'\nwechatPayPact({ consumer: 'shop' })\n`,
      'Writing pacts needs @pact-foundation/pact 17.1 or newer, and 16.5.0 is installed: npm install --save-dev @pact-foundation/pact@latest',
    ),
    refused(
      '@redis/client 1.6.1',
      'import',
      `import { openMock } from 'wechatpay-mock'\nawait openMock({ store: 'redis://127.0.0.1:1' })\n`,
      'A store in Redis or Valkey needs @redis/client 5.0 or newer, and 1.6.1 is installed: npm install @redis/client@latest',
    ),
  ],
}

/** The package alone. */
const alone: Project = {
  packages: {},
  cases: [
    refused(
      'msw not there',
      'import',
      `import 'wechatpay-mock/msw'\n`,
      'wechatpay-mock/msw needs msw 2.7 or newer, which is not installed: npm install --save-dev msw',
    ),
    refused(
      'msw not there',
      'require',
      `require('wechatpay-mock/msw')\n`,
      'wechatpay-mock/msw needs msw 2.7 or newer, which is not installed: npm install --save-dev msw',
    ),
    refused(
      'Pact not there',
      'require',
      `require('wechatpay-mock/pact').wechatPayPact({ consumer: 'shop' })\n`,
      'Writing pacts needs @pact-foundation/pact 17.1 or newer, which is not installed: npm install --save-dev @pact-foundation/pact',
    ),
    refused(
      'wechatpay-mock/vitest',
      'require',
      `require('wechatpay-mock/vitest')\n`,
      'wechatpay-mock/vitest is for ES modules, as vitest is: use import in place of require',
    ),
  ],
}

/** All of them. The long ones come first, so that none of them is left over at the end. */
export const projects: readonly Project[] = [
  jest,
  oldestJest,
  types,
  jestWithMsw3,
  vitest5,
  newestVitest4,
  vitest4,
  vitest3,
  tooOld,
  nodeAndMocha,
  pact('17.1.2'),
  pact('17.1.4'),
  msw2,
  msw3,
  redis('5.0.0'),
  redis('6.3.1'),
  assistant('2.0.0'),
  assistant('2.4.0'),
  alone,
]
