import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test as base, describe, expect } from 'vitest'
import { recordPact, verifyPacts } from '../../contracts/kit/index.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { createMock } from '../helpers/engine.ts'
import { type Break, brokenServer } from './broken-server.ts'
import { callEverything, openShop } from './recorded-shop.ts'

const test = base
  .extend('file', async ({ task: _ }, { onCleanup }) => {
    const directory = await mkdtemp(join(tmpdir(), 'wechatpay-record-'))
    onCleanup(() => rm(directory, { recursive: true, force: true }))
    return join(directory, 'pact.json')
  })
  /** A mock and a client of its well-known merchant, without a network. */
  .extend('shop', async ({ task: _ }) => {
    const mock = createMock()
    const client = createMerchantClient({
      credentials: await mock.control.credentials(),
      send: (request) => mock.handle(request),
    })
    return { mock, client, control: mock.control }
  })

const LINK = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'MCH_1', out_request_no: 'R-1' }

const EXPECTED = [
  'associate: 200 [a user holds a usable coupon]',
  'associate: 200 [an associate request number was used]',
  'associate: 400 INVALID_REQUEST 券不存在 [there is no coupon]',
  'associate: 400 INVALID_REQUEST 券已关联其他订单 [a coupon is linked to an order]',
  'associate: 400 INVALID_REQUEST 券状态非可用态 [a coupon is expired]',
  'associate: 400 INVALID_REQUEST 券状态非可用态 [a coupon is used]',
  'associate: 400 INVALID_REQUEST 请求单号已被使用，且请求参数与之前不一致 [an associate request number was used]',
  'associate: 400 PARAM_ERROR 输入源“/body/out_trade_no”映射到字段“关联的商户订单号”必填性规则校验失败，此字段为必填项 []',
  'associate: 403 NO_AUTH 商户无权限操作该券 [a coupon belongs to another merchant]',
  'associate: 429 FREQUENCY_LIMITED 频率限制 [the service is overloaded]',
  'certificates: 200 []',
  'certificates: 401 SIGN_ERROR 商户证书序列号有误。请使用签名私钥匹配的证书序列号 [the serial of the merchant certificate is unknown]',
  'disassociate: 200 [a coupon is linked to an order]',
  'disassociate: 200 [a disassociate request number was used]',
  'query: 200 [a coupon is linked to an order]',
  'query: 200 [a coupon is used]',
  'use with stock_id, openid: 200 [a use request number was used]',
  'use with stock_id, openid: 200 [a user holds a usable coupon]',
]

test('has the header fields that an answer has: no Request-ID on pay endpoints, a Content-Type on a 204', async ({
  shop,
  file,
}) => {
  const { client, control } = shop
  await client.request({ target: '/v3/pay/transactions/native', body: {}, authorization: undefined })
  await client.request({
    target: '/v3/pay/transactions/out-trade-no/MCH_0001/close',
    body: { mchid: '1900000001' },
  })

  const { added } = await recordPact({ control, file })

  const { interactions } = JSON.parse(await readFile(file, 'utf8')) as {
    interactions: { response: { status: number; headers: Record<string, string> } }[]
  }
  expect(interactions.map(({ response }) => [response.status, Object.keys(response.headers).slice(0, 2)])).toEqual([
    [204, ['Content-Type', 'Request-ID']],
    [401, ['Content-Type']],
  ])
  expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
  expect(added).toHaveLength(2)
})

test('has one state for a service that is overloaded, whatever the words of its answer', async ({ shop, file }) => {
  const { client, control } = shop
  await control.planFault({ error: 'rate_limited' })
  await client.request({ target: '/v3/pay/transactions/native', body: { mchid: '1900000001' } })

  await recordPact({ control, file })

  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    interactions: [{ providerStates: [{ name: 'the service is overloaded' }], response: { status: 429 } }],
  })
  expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
})

describe('a contract recorded from a run of wechatpay-axios-plugin', () => {
  test('has one interaction for each distinct call, and verifies at once', async ({ file, onTestFinished }) => {
    const shop = await openShop('fresh', onTestFinished)
    await callEverything(shop)

    const { added, leftOut, consumer } = await recordPact({ control: shop.control, file, consumer: 'axios-shop' })

    expect({ leftOut, consumer }).toEqual({ leftOut: [], consumer: 'axios-shop' })
    const named = added.map(({ description, states }) => `${description} [${states.join(' + ')}]`)
    expect([...new Set(named)].toSorted()).toEqual(EXPECTED.toSorted())
    const { ok, interactions } = await verifyPacts({ pactFiles: [file] })
    expect(interactions.filter((one) => !one.ok)).toEqual([])
    expect({ ok, count: interactions.length }).toEqual({ ok: true, count: added.length })
  })

  test.for<[string, Break, RegExp]>([
    [
      'a wrong status',
      (answer) => {
        if (answer.body.includes('associate_time')) answer.status = 201
      },
      /^(?:dis)?associate: 200/,
    ],
    [
      'a renamed field',
      (answer) => {
        answer.body = answer.body.replace('wechatpay_associate_time', 'associate_time')
      },
      /^associate: 200/,
    ],
    [
      'times in UTC',
      (answer) => {
        answer.body = answer.body.replaceAll(/"([^"]{19})\+08:00"/g, '"$1Z"')
      },
      /: 200$/,
    ],
    [
      'a used coupon that is accepted',
      (answer, path) => {
        if (!path.endsWith('/associate') || !answer.body.includes('券状态非可用态')) return
        answer.status = 200
        answer.headers = answer.headers.map(([name, value]) => [
          name,
          name === 'Request-ID' ? value.replace(/-\d+$/, '-0') : value,
        ])
        answer.body = '{"wechatpay_associate_time":"2026-11-25T12:00:00+08:00"}'
      },
      /^associate: 400 INVALID_REQUEST 券状态非可用态/,
    ],
    [
      'another code',
      (answer) => {
        answer.body = answer.body.replace('"INVALID_REQUEST"', '"RESOURCE_NOT_EXISTS"')
      },
      /INVALID_REQUEST/,
    ],
    [
      'a repeat that is answered with a new time',
      (answer) => {
        answer.body = answer.body.replace(/("wechatpay_associate_time":")[^"]+/, '$12026-11-25T12:00:00+08:00')
      },
      /^associate: 200/,
    ],
    [
      'a link that is not visible',
      (answer) => {
        answer.body = answer.body.replace(/"associate_out_trade_no":"[^"]+",/, '')
      },
      /^query: 200/,
    ],
    [
      'answers without a signature',
      (answer) => {
        answer.headers = answer.headers.filter(([name]) => !name.startsWith('Wechatpay-'))
      },
      /^(?!.*: 401)/,
    ],
  ])('fails on %s, in those interactions only', async ([, breakAnswer, names], { file, onTestFinished }) => {
    const shop = await openShop('well-known', onTestFinished)
    await callEverything(shop)
    await recordPact({ control: shop.control, file })
    const { url, mock } = await brokenServer(breakAnswer, onTestFinished)

    const { ok, interactions } = await verifyPacts({ pactFiles: [file], url, control: mock.control })

    expect(ok).toBe(false)
    const failed = interactions.filter((one) => !one.ok).map(({ description }) => description)
    expect(failed).not.toEqual([])
    expect(failed.filter((description) => !names.test(description))).toEqual([])
  })

  test('is the same, byte for byte, for any merchant and in any run, and has no secret in it', async ({
    file,
    onTestFinished,
  }) => {
    const texts: string[] = []
    for (const merchant of ['well-known', 'fresh', 'fresh'] as const) {
      const shop = await openShop(merchant, onTestFinished)
      await callEverything(shop)
      await rm(file, { force: true })
      await recordPact({ control: shop.control, file })
      const text = await readFile(file, 'utf8')
      texts.push(text)

      const { merchant_private_key, merchant_serial_no, api_v3_key, mchid } = shop.credentials
      const secrets = [
        merchant_private_key.split('\n')[1],
        api_v3_key,
        ...(merchant === 'fresh' ? [merchant_serial_no, mchid] : []),
      ]
      for (const { request, response } of await shop.control.journal()) {
        const { authorization = '' } = request.headers
        secrets.push(
          ...['signature', 'nonce_str'].map((name) => new RegExp(`${name}="([^"]+)"`).exec(authorization)?.[1]),
        )
        secrets.push(...['Wechatpay-Signature', 'Wechatpay-Nonce', 'Request-ID'].map((name) => response?.headers[name]))
        secrets.push(...[...String(response?.body).matchAll(/"ciphertext":"([^"]+)"/g)].map(([, sealed]) => sealed))
      }
      const given = secrets.filter((secret) => secret !== undefined)
      expect(given.length).toBeGreaterThan(80)
      expect(given.filter((secret) => text.includes(secret))).toEqual([])
      // No time of the run: only the examples, and what the client asked with.
      expect([...new Set(text.match(/\d{4}-\d\d-\d\dT[\d:]+[^"]*/g))].toSorted()).toEqual([
        '2026-01-05T10:20:30+08:00',
        '2026-11-25T12:00:00+08:00',
      ])
    }
    expect(texts[1]).toBe(texts[0])
    expect(texts[2]).toBe(texts[0])
  })
})

test('a folder that is missing is made', async ({ file, shop: { control, client } }) => {
  await client.call(associateTradeInfo, LINK)
  const deep = join(dirname(file), 'not', 'there', 'pact.json')

  await recordPact({ control, file: deep })

  expect(JSON.parse(await readFile(deep, 'utf8')).interactions).toHaveLength(1)
})

describe('recording into a file that is there', () => {
  test('leaves it untouched when nothing is new', async ({ file, shop: { control, client } }) => {
    await client.call(associateTradeInfo, LINK)
    await recordPact({ control, file })
    await utimes(file, 1, 1)

    const { added, kept } = await recordPact({ control, file })

    expect({ added, kept }).toEqual({ added: [], kept: 1 })
    expect((await stat(file)).mtimeMs).toBe(1_000)
  })

  test('keeps what somebody wrote into it, and puts what is new behind', async ({
    file,
    shop: { control, client },
  }) => {
    await client.call(associateTradeInfo, LINK)
    await recordPact({ control, file, consumer: 'my-shop' })
    const pact = JSON.parse(await readFile(file, 'utf8'))
    pact.interactions[0].description = 'links a coupon'
    pact.interactions[0].comments = { text: ['by hand'] }
    await writeFile(file, JSON.stringify(pact))
    await client.call(associateTradeInfo, { ...LINK, coupon_code: 'COUPON_USED', out_request_no: 'R-2' })

    const { added, kept, consumer } = await recordPact({ control, file })

    expect({ added, kept, consumer }).toEqual({
      added: [{ description: 'associate: 400 INVALID_REQUEST 券状态非可用态', states: ['a coupon is used'] }],
      kept: 1,
      consumer: 'my-shop',
    })
    const { interactions } = JSON.parse(await readFile(file, 'utf8'))
    expect(interactions[0]).toEqual(pact.interactions[0])
    expect(interactions).toHaveLength(2)
  })

  test('describes calls in Chinese where that is asked for, and knows them again in the other language', async ({
    file,
    shop: { control, client },
  }) => {
    await client.call(associateTradeInfo, { ...LINK, coupon_code: 'COUPON_USED' })
    const { added } = await recordPact({ control, file, language: 'zh' })

    expect(added).toEqual([
      { description: '关联订单信息：400 INVALID_REQUEST 券状态非可用态', states: ['a coupon is used'] },
    ])
    expect(await recordPact({ control, file })).toMatchObject({ added: [], kept: 1 })
    expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
  })

  test('the same call with other numbers is no other interaction', async ({
    file,
    shop: { control, client, mock },
  }) => {
    await client.call(associateTradeInfo, LINK)
    await recordPact({ control, file })
    await mock.control.reset()
    await client.call(associateTradeInfo, { ...LINK, out_request_no: 'R-OTHER' })

    expect(await recordPact({ control, file })).toMatchObject({ added: [], kept: 1 })
  })

  test.for([
    ['{', 'is not JSON'],
    [
      '{"consumer":{"name":"a"},"provider":{"name":"b"},"interactions":[],"metadata":{"pactSpecification":{"version":"3.0.0"}}}',
      'specification 4',
    ],
    [
      '{"consumer":{"name":"a"},"provider":{"name":"wechatpay"},"interactions":[],"metadata":{"pactSpecification":{"version":"4.0"}}}',
      'has the consumer a, not my-shop',
    ],
  ] as const)('refuses %s', async ([text, message], { file, shop: { control } }) => {
    await writeFile(file, text)

    await expect(recordPact({ control, file, consumer: 'my-shop' })).rejects.toMatchObject({
      code: 'MOCK_PACT_FILE',
      message: expect.stringContaining(message),
    })
    expect(await readFile(file, 'utf8')).toBe(text)
  })
})

test.for([
  ['the merchant certificate has expired', { certificate_state: 'expired' }],
  ['the merchant certificate was revoked', { certificate_state: 'revoked' }],
  ['the merchant certificate was replaced', { certificate_state: 'replaced' }],
  ['the merchant never applied for a certificate', { certificate_state: 'never_applied_for' }],
  ['the merchant has set no APIv3 key', { api_v3_key_set: false }],
] as const)('a merchant that may not call is recorded as: %s', async ([state, change], { file, shop }) => {
  const { control, client } = shop
  await control.changeMerchant('1900000001', change)
  await client.request({ target: '/v3/certificates' })

  const { added, leftOut } = await recordPact({ control, file })

  expect(leftOut).toEqual([])
  expect(added).toMatchObject([{ states: [state] }])
  expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
})

test('only the calls that are asked for are recorded', async ({ file, shop: { control, client } }) => {
  await client.call(associateTradeInfo, LINK)
  await client.request({ target: '/v3/certificates' })

  const { added, calls } = await recordPact({ control, file, operation: 'downloadCertificates', mchid: '1900000001' })

  expect({ added, calls }).toEqual({ added: [{ description: 'certificates: 200', states: [] }], calls: 1 })
})

test('says what it leaves out and why, and writes no empty contract', async ({
  file,
  shop: { mock, control, client },
}) => {
  await client.request({ target: '/v3/pay/transactions/jsapi', body: {} })
  mock.journal.clear()
  const nonce = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'
  await client.request({ target: '/v3/nothing' })
  await client.request({ target: associateTradeInfo.path, nonce, body: { ...LINK, out_request_no: nonce } })
  await control.addCoupon({
    coupon_code: 'EARLY',
    stock_id: '1',
    available_start_time: '2099-01-01T00:00:00+08:00',
    expire_time: '2099-02-01T00:00:00+08:00',
  })
  await client.request({
    target: '/v3/marketing/busifavor/coupons/use',
    body: {
      coupon_code: 'EARLY',
      stock_id: '1',
      appid: 'wx1',
      use_time: '2026-01-01T00:00:00+08:00',
      use_request_no: 'U',
    },
  })

  const { added, leftOut } = await recordPact({ control, file })

  expect(added).toEqual([])
  expect(leftOut.map(({ reason }) => reason)).toEqual([
    'the mock does not serve this path',
    'a signature, nonce or key stands where none belongs',
    'on a clean mock, in the provider states there are, it is answered with 200 in place of 403 RULELIMIT',
  ])
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('leaves out what a planned fault made of an answer', async ({ file, shop: { control, client } }) => {
  await control.addCoupon({ stock_id: LINK.stock_id, coupon_code: LINK.coupon_code })
  await control.planFault({ effect: 'answer_lost' })
  await control.planFault({ effect: 'slow_drip', pause_ms: 0 })
  await client.request({ target: associateTradeInfo.path, body: LINK }).catch(() => undefined)
  await client.request({ target: associateTradeInfo.path, body: LINK })

  const { added, leftOut } = await recordPact({ control, file })

  const reason = 'a planned fault changed more than which error it is answered with'
  expect({ added, reasons: leftOut.map((one) => one.reason) }).toEqual({ added: [], reasons: [reason, reason] })
})

test('bodies that JSON would change, and paths in Chinese, verify as they were sent', async ({
  file,
  shop: { control, client },
}) => {
  const raw = (body: string) =>
    client.request({ target: associateTradeInfo.path, body, headers: { 'Content-Type': 'application/json' } })
  await raw('{"stock_id":"券\\/1","n":1.0,"big":12345678901234567890}')
  await raw('{"stock_id":"券\\/1","coupon_code":"C"}')
  await raw('{no json')
  await control.addCoupon({ stock_id: '1', coupon_code: '券1', openid: 'a b/c' })
  await client.request({
    target: `/v3/marketing/busifavor/users/${encodeURIComponent('a b/c')}/coupons/${encodeURIComponent('券1')}/appids/wx1`,
    wechatpaySerial: 'public-key',
  })
  await control.changeSettings({ key_mode: 'public-key' })
  await client.request({ target: '/v3/certificates?algorithm_type=ALL', signed: true })

  const { added, leftOut } = await recordPact({ control, file })

  expect({ added: added.length, leftOut }).toEqual({ added: 5, leftOut: [] })
  const { ok, interactions } = await verifyPacts({ pactFiles: [file] })
  expect(interactions.filter((one) => !one.ok)).toEqual([])
  expect(ok).toBe(true)
})

test('a repeat of a use, and what follows it, verify at once', async ({ file, shop: { client, control } }) => {
  const { stock_id, coupon_code } = LINK
  const use = { stock_id, coupon_code, appid: 'wx1234567889999', use_time: '2026-01-05T10:00:00+08:00' }
  const coupons = '/v3/marketing/busifavor/coupons'
  const call = async (target: string, body: object) => {
    expect(await client.request({ target: `${coupons}/${target}`, body })).toMatchObject({ status: 200 })
  }
  for (const _ of [1, 2]) await call('use', { ...use, use_request_no: 'U-1' })
  await call('return', { stock_id, coupon_code, return_request_no: 'B-1' })
  await call('deactivate', { stock_id, coupon_code, deactivate_request_no: 'D-1' })

  const { added, leftOut } = await recordPact({ control, file, consumer: 'returning-shop' })

  expect(leftOut).toEqual([])
  expect(new Set(added.map(({ description }) => description.split(' ')[0]))).toEqual(
    new Set(['use', 'returnCoupon:', 'deactivateCoupon:']),
  )
  const { interactions } = await verifyPacts({ pactFiles: [file] })
  expect(interactions.filter(({ ok }) => !ok)).toEqual([])
})
