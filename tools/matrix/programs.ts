/** The programs that the matrix runs: those of docs/test-runners.md, in each format, and some that are too dull to be shown there. */
import { readFileSync } from 'node:fs'
import { block } from '../../test/docs/block.ts'

const page = readFileSync(new URL('../../docs/test-runners.md', import.meta.url), 'utf8')

/** A code block of the page. */
export const shown = (name: string): string => block(page, name)

export type Format = 'import' | 'require' | 'TypeScript'

/** The source of `test`, which replaces the first line of a program. */
const TEST_OF = { 'node:test': undefined, Mocha: 'const test = it\n', Jest: '' } as const
export type Runner = keyof typeof TEST_OF

/** Entries that the programs of the page do not load, with one export of each. */
const ENTRIES = { fixtures: 'createFixtures', pact: 'states' } as const

/** Loads the entries that the other programs do not. */
const rest = `import { test } from 'node:test'
import assert from 'node:assert/strict'
${Object.entries(ENTRIES)
  .map(([entry, name]) => `import { ${name} } from 'wechatpay-mock/${entry}'`)
  .join('\n')}
import { startServer } from 'wechatpay-mock/node'

test('every entry is there', () => {
  assert.ok(createFixtures('a seed').aMerchant().name)
  assert.ok(states['a user holds a usable coupon'])
})

test('the dashboard is found, and a fresh merchant is soon there', async () => {
  const server = await startServer({ port: 0 })
  assert.equal((await fetch(server.url + '/_mock')).status, 200)
  const { mchid } = await server.control.createMerchant()
  assert.notEqual(mchid, '1900000001')
  await server.close()
})
`

/** Passes a mock from one format to entries of the other. `sameCopy`: whether the runner gives both the same module. */
const mixed = (sameCopy: boolean): string => `import { test } from 'node:test'
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { createMock } from 'wechatpay-mock'

const require = createRequire(import.meta.url)
const { startServer } = require('wechatpay-mock/node')

test('a mock of the other format is ${sameCopy ? 'the same thing' : 'refused with the reason'}', async () => {
  const started = Promise.resolve().then(() => startServer({ mock: createMock(), port: 0 }))
  ${sameCopy ? 'await (await started).close()' : "await assert.rejects(started, { code: 'MOCK_OTHER_COPY' })"}
})
`

const pact = `import { test } from 'node:test'
import assert from 'node:assert/strict'
import { Wechatpay } from 'wechatpay-axios-plugin'
import { associateTradeInfo, time, verifyPacts, wechatPayPact } from 'wechatpay-mock/pact'

const link = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'MCH_1', out_request_no: 'LINK_1' }

test('a contract is written, and the mock keeps it', async () => {
  const interaction = wechatPayPact({ consumer: 'shop', fresh: true })
    .upon('a request to link a coupon')
    .given('a user holds a usable coupon', { stock_id: link.stock_id, coupon_code: link.coupon_code })
    .calls(associateTradeInfo, link)
    .answers({ wechatpay_associate_time: time() })
  await interaction.test(async ({ url, credentials }) => {
    const [platform] = credentials.platform_certificates
    const client = new Wechatpay({
      baseURL: url,
      mchid: credentials.mchid,
      serial: credentials.merchant_serial_no,
      privateKey: credentials.merchant_private_key,
      certs: { [platform.serial_no]: platform.certificate },
    })
    assert.equal((await client.v3.marketing.busifavor.coupons.associate.post(link)).status, 200)
  })
  const { ok, problems } = await verifyPacts({ pactFiles: ['pacts/shop-wechatpay.json'] })
  assert.deepEqual({ ok, problems }, { ok: true, problems: [] })
})
`

/** Needs the address of a server in the variable REDIS. */
const redis = `import { test } from 'node:test'
import assert from 'node:assert/strict'
import { openMock } from 'wechatpay-mock'

test('two mocks with one store are one', async () => {
  const store = process.env.REDIS + '?prefix=' + process.pid
  const one = await openMock({ store })
  const other = await openMock({ store })
  await one.control.addCoupon({ stock_id: '100088', coupon_code: 'MY_COUPON' })
  assert.equal((await other.control.coupon('100088', 'MY_COUPON')).state, 'SENDED')
  await one.close()
  await other.close()
})
`

const PROGRAMS = {
  shop: shown('shop'),
  msw: shown('with-msw'),
  rest,
  pact,
  redis,
  'mixed, one copy': mixed(true),
  'mixed, two copies': mixed(false),
} as const
export type ProgramName = keyof typeof PROGRAMS

/** A program in a runner's style and a format. */
export function program(name: ProgramName, runner: Runner, format: Format): string {
  const [first = '', ...others] = PROGRAMS[name].split(/(?<=\n)/)
  const code = [TEST_OF[runner] ?? first, ...others].join('')
  if (format === 'require') return required(code)
  return format === 'TypeScript'
    ? code.replace('const heard = []', 'const heard: { event_type: string; out_trade_no: string }[] = []')
    : code
}

/** The same code with `require` in place of `import`. @internal */
export function required(code: string): string {
  return code.replaceAll(/^import (.+) from ('[^'\n]+')$/gm, (_, names: string, from: string) => {
    return `const ${names.replaceAll(' as ', ': ')} = require(${from})`
  })
}
