import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { clientVariables } from '../../src/control/client-setup/client-variables.ts'
import { FAULT_EFFECTS } from '../../src/engine/faults/fault-plan.ts'
import { createMock } from '../../src/mock.ts'
import {
  associateTradeInfo,
  confirmProductCoupon,
  deactivateCoupon,
  sendProductCouponToUser,
} from '../../src/products/operations.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { describeCause, en, zh } from '../../src/wire/diagnosis/index.ts'
import { trustFilesIn } from '../../src/wire/tls/trust-files.ts'
import { run } from '../cli/cli.ts'
import { aDirectory } from '../stores/data-files.ts'
import { withTool } from '../wire/tls/stacks/tool.ts'
import { page, read, section } from './markdown.ts'

test('the faults of the recipe can be planned, and it names every effect', async () => {
  const recipe = section('docs/answers.md', 'let-calls-fail').text
  const { control } = createMock()

  const plans = [...recipe.matchAll(/\/faults -H '.*?' -d '(.*)'$/gm)].map(([, plan]) => JSON.parse(plan ?? ''))
  for (const plan of plans) expect(await control.planFault(plan)).toMatchObject(plan)

  expect(plans.length).toBe(8)
  expect(FAULT_EFFECTS.filter((effect) => !recipe.includes(`\`${effect}\``))).toEqual([])
})

test('the merchants of the recipe can be changed so, and are answered with what it says', async () => {
  const recipe = section('docs/answers.md', 'let-calls-fail').text
  const mock = createMock()
  const { control } = mock
  const client = createMerchantClient({
    credentials: await control.credentials(),
    send: (request) => mock.handle(request),
  })

  const changes = [...recipe.matchAll(/\/merchants\/1900000001 -H '.*?' -d '(.*)'$/gm)].map(
    ([, change]) => change ?? '',
  )
  for (const change of changes) await control.changeMerchant('1900000001', JSON.parse(change))
  expect(changes).toHaveLength(2)

  const rows = [...recipe.matchAll(/^\| `("\w+":\S+)`.*? \| (.*) \|$/gm)]
  expect(rows).toHaveLength(5)
  for (const [, member = '', message] of rows) {
    await control.reset()
    await control.changeMerchant('1900000001', JSON.parse(`{${member}}`))
    const { status, body } = await client.request({ target: '/v3/certificates' })
    expect({ status, body }).toEqual({ status: 401, body: { code: 'SIGN_ERROR', message } })
  }
})

test.for([
  ['md', en],
  ['zh-CN.md', zh],
] as const)('what the recipe says of a signature is what explain says, in its own language: %s', ([ending, texts]) => {
  const recipe = read(`docs/recipes/signatures.${ending}`)
  const [, shown = ''] = /```text\n([\s\S]*?)```/.exec(recipe) ?? []
  const { proved } = texts.verdicts
  const { explanation, fix } = describeCause({ name: 'body_compacted' }, texts)

  expect(shown).toContain(`${proved}\n1. ${explanation}\n   → ${fix}\n`)
  expect(shown).toContain(texts.difference(94, 5, 'body'))
})

test('the recipe for existing programs names every variable that they get, and no other', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wechatpay-mock-recipe-'))
  try {
    const credentials = await createMock().control.credentials()
    await writeFile(trustFilesIn(directory).certificate, credentials.merchant_certificate)
    const variables = await clientVariables({ credentials, trust: trustFilesIn(directory), inherited: {}, directory })
    const table = read('docs/run.md').match(/^\| `.*$/gm) ?? []
    const named = table.flatMap((row) => row.split('|')[1]?.match(/(?<=`)\w+(?=`)/g) ?? [])

    expect(named.toSorted()).toEqual(Object.keys(variables).toSorted())
  } finally {
    await rm(directory, { recursive: true })
  }
})

test.for(['md', 'zh-CN.md'])(
  'a coupon of the seed moves to its product coupon as the recipe says: %s',
  async (ending) => {
    const recipe = read(`docs/recipes/move-to-product-coupons.${ending}`)
    const [, shown = ''] = /```json\n([\s\S]*?)```/.exec(recipe) ?? []
    const [, openid = ''] = /wallet\?openid=(\w+)/.exec(recipe) ?? []
    const seed = JSON.parse(shown)
    const mock = createMock({ seed })
    const client = createMerchantClient({
      credentials: await mock.control.credentials(),
      send: (request) => mock.handle(request),
    })
    const { coupon_code, stock_id } = seed.coupons[0]
    const moved = { ...seed.product_coupons[0], stock_id: seed.product_coupon_stocks[0].stock_id }
    const named = { ...moved, appid: 'wx0000000000000001', openid, coupon_code }
    const steps = [
      [deactivateCoupon, { stock_id, coupon_code, deactivate_request_no: 'MOVE_1', deactivate_reason: '迁移' }],
      [sendProductCouponToUser, { ...named, send_request_no: 'SEND_1' }],
      [confirmProductCoupon, { ...named, out_request_no: 'CONFIRM_1' }],
    ] as const

    // Each may be repeated after a crash.
    for (const [operation, input] of steps.flatMap((step) => [step, step])) {
      expect(await client.call(operation, input)).toMatchObject({ status: 200 })
    }
    expect(await mock.control.coupon(stock_id, coupon_code)).toMatchObject({ state: 'DEACTIVATED' })
    const { coupons } = await mock.control.openWallet({ openid })
    expect(coupons).toMatchObject([{ coupon_code, coupon_state: 'EFFECTIVE' }])
  },
)

withTool('openssl', 'version')("a merchant of one's own", () => {
  test.for(['md', 'zh-CN.md'])('calls after the commands of run.%s', async (ending) => {
    const { blocks } = page(`docs/run.${ending}`)
    const script = blocks.find(({ code }) => code.includes('seed.json'))?.code ?? ''
    const cwd = await aDirectory()
    const made = await run('sh', ['-ec', script.replace(/^npx .*\n/m, '')], { cwd })
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^serial=[\dA-F]+\n$/) })

    const [seed, certificate, privateKey] = await Promise.all(
      ['seed.json', 'apiclient_cert.pem', 'apiclient_key.pem'].map((file) => readFile(join(cwd, file), 'utf8')),
    )
    const mock = createMock()
    await mock.control.restore(JSON.parse(seed ?? ''))
    const client = createMerchantClient({
      credentials: {
        ...(await mock.control.credentials()),
        mchid: '1900000077',
        merchant_serial_no: new X509Certificate(certificate ?? '').serialNumber,
        merchant_private_key: privateKey ?? '',
      },
      send: (request) => mock.handle(request),
    })
    const coupon = { stock_id: '100088', coupon_code: 'MY_COUPON', out_trade_no: 'MCH_1', out_request_no: 'R_1' }
    expect(await client.call(associateTradeInfo, coupon)).toMatchObject({ status: 200 })
    expect(await mock.control.coupon('100088', 'MY_COUPON', { mchid: '1900000077' })).toMatchObject({
      associate_out_trade_no: 'MCH_1',
    })
  })
})
