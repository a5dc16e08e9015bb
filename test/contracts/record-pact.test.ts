import { mkdtemp, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test as base, describe, expect } from 'vitest'
import { recordPact, verifyPacts } from '../../contracts/kit/index.ts'
import { wellKnownIdentity } from '../../src/identity/well-known.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { encryptField } from '../../src/protocol/sensitive-field.ts'
import { recordPact as record } from '../../src/recording/record-pact.ts'
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

interface RecordedPact {
  readonly interactions: readonly {
    readonly response: { readonly matchingRules: { readonly body: object } }
  }[]
}

const pactIn = async (file: string): Promise<RecordedPact> => JSON.parse(await readFile(file, 'utf8'))

const LINK = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'MCH_1', out_request_no: 'R-1' }

const EXPECTED = [
  'downloads the platform certificates []',
  'downloads the platform certificates with an unknown serial of the merchant certificate, and is refused: serial_unknown [the serial of the merchant certificate is unknown]',
  'links a coupon that does not exist to an order, and is refused: not_found [there is no coupon]',
  'links a coupon that is linked to another order, and is refused: linked_to_other_order [a coupon is linked to an order]',
  'links a coupon to an order while the service is overloaded, and is refused: rate_limited [the service is overloaded]',
  'links a coupon to an order with a request number that was used [an associate request number was used]',
  'links a coupon to an order with a request number that was used, and is refused: request_no_reused [an associate request number was used]',
  'links a coupon to an order, and is refused: PARAM_ERROR out_trade_no []',
  'links a usable coupon to an order [a user holds a usable coupon]',
  'links a used coupon to an order, and is refused: not_usable [a coupon is used]',
  'links an expired coupon to an order, and is refused: not_usable [a coupon is expired]',
  "links another merchant's coupon to an order, and is refused: not_permitted [a coupon belongs to another merchant]",
  'queries a coupon of a user that is linked to an order [a coupon is linked to an order]',
  'queries a used coupon of a user [a coupon is used]',
  'redeems a coupon with a request number that was used, with stock_id and openid [a use request number was used]',
  'redeems a usable coupon, with stock_id and openid [a user holds a usable coupon]',
  'unlinks a coupon from an order with a request number that was used [a disassociate request number was used]',
  'unlinks a coupon that is linked to the order [a coupon is linked to an order]',
]

describe('numbers, times and addresses of a run have stand-ins', () => {
  const target = '/v3/pay/transactions/jsapi'
  const order = (run: string) => ({
    appid: 'wx1234567889999',
    mchid: '1900000001',
    description: `Order MCH_${run}`,
    out_trade_no: `MCH_${run}`,
    time_expire: new Date(Date.now() + 1_800_000).toISOString().replace(/\.\d+Z$/, '+00:00'),
    notify_url: `http://127.0.0.1:${run.slice(0, 5)}/notify`,
    amount: { total: 100 },
    payer: { openid: `o${run}` },
  })

  test('which are the same in request, states and answer', async ({ shop: { control, client }, file }) => {
    await client.request({ target, body: order('4567890123') })
    await client.request({ target: '/v3/pay/transactions/out-trade-no/MCH_4567890123?mchid=1900000001' })

    await recordPact({ control, file })

    const { interactions } = await pactIn(file)
    const ordered = { out_trade_no: 'MCH_102233445', openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', total: '100' }
    expect(interactions).toMatchObject([
      {
        description: "looks up an unpaid order by the merchant's number",
        providerStates: [{ name: 'an order is unpaid', params: ordered }],
        request: { path: '/v3/pay/transactions/out-trade-no/MCH_102233445' },
        response: { body: { content: { out_trade_no: 'MCH_102233445', trade_state: 'NOTPAY' } } },
      },
      {
        description: 'places an order to be paid inside WeChat, with time_expire and payer',
        request: {
          body: {
            content: {
              description: 'Order MCH_102233445',
              out_trade_no: 'MCH_102233445',
              time_expire: '2036-01-05T10:20:30+08:00',
              notify_url: 'https://shop.example.com/notify',
              payer: { openid: ordered.openid },
            },
          },
        },
        response: { body: { content: { prepay_id: 'PREPAY_ID_1' } } },
      },
    ])
    expect(interactions[0]?.response.matchingRules.body).not.toHaveProperty(['$.out_trade_no'])
    expect(interactions[0]?.response.matchingRules.body).not.toHaveProperty(['$.trade_state'])
    expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
  })

  test('but for what breaks a rule, since the answer is about that', async ({ shop: { control, client }, file }) => {
    await client.request({ target, body: { ...order('4567890123'), out_trade_no: 'MCH 1' } })

    const { added } = await recordPact({ control, file })

    expect(added).toMatchObject([{ description: expect.stringMatching(/and is refused: PARAM_ERROR out_trade_no$/) }])
    expect(await pactIn(file)).toMatchObject({
      interactions: [{ request: { body: { content: { out_trade_no: 'MCH 1' } } } }],
    })
    expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
  })

  test('addresses that the service gives have no query in them', async ({ shop: { control, client }, file }) => {
    const { payer: _, ...native } = order('4567890123')
    const { body } = await client.request({ target: '/v3/pay/transactions/native', body: native })

    await recordPact({ control, file })

    const { code_url } = body as { code_url: string }
    expect(code_url).toMatch(/^weixin:\/\/wxpay\/bizpayurl\?pr=.+/)
    expect(await pactIn(file)).toMatchObject({
      interactions: [
        {
          response: {
            body: { content: { code_url: 'weixin://wxpay/bizpayurl' } },
            matchingRules: { body: { '$.code_url': { matchers: [{ match: 'regex', regex: '^weixin://.+$' }] } } },
          },
        },
      ],
    })
  })

  test('an address that breaks a rule keeps its form, and not its secrets', async ({
    shop: { control, client },
    file,
  }) => {
    const notify_url = 'https://shop:PASSWORD@shop.example.com/notify?accessToken=SECRET&shop=1'
    await client.request({ target, body: { ...order('4567890123'), notify_url } })

    await recordPact({ control, file })

    expect(await pactIn(file)).toMatchObject({
      interactions: [
        {
          request: {
            body: {
              content: { notify_url: 'https://EXAMPLE@shop.example.com/notify?accessToken=EXAMPLE&shop=1' },
            },
          },
        },
      ],
    })
    expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
  })

  test('a token in the query is dropped', async ({ shop: { control, client }, file }) => {
    await client.request({ target: '/v3/certificates?algorithm_type=ALL&access_token=SECRET&apiKey=SECRET' })
    await client.request({
      target: '/v3/pay/transactions/out-trade-no/MCH_1234567/close?sign=SECRET',
      body: { mchid: '1900000001' },
    })

    await recordPact({ control, file })

    expect(await readFile(file, 'utf8')).not.toContain('SECRET')
    expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
  })
})

describe('states are those that mattered', () => {
  test('an order that nobody asked for is not one', async ({ shop: { control, client }, file }) => {
    await control.changeSettings({ orders: 'known' })
    await control.addOrder({ out_trade_no: LINK.out_trade_no })
    await client.call(associateTradeInfo, LINK)
    await client.call(associateTradeInfo, { ...LINK, coupon_code: 'COUPON_USED', out_request_no: 'R-2' })

    const { added } = await recordPact({ control, file })

    expect(added).toEqual([
      { description: 'links a usable coupon to an order', states: ['a user holds a usable coupon'] },
      { description: 'links a used coupon to an order, and is refused: not_usable', states: ['a coupon is used'] },
    ])
  })

  test('and that orders have to exist is one where an order is missing', async ({
    shop: { control, client },
    file,
  }) => {
    await control.changeSettings({ orders: 'known' })
    await client.call(associateTradeInfo, { ...LINK, out_trade_no: 'UNKNOWN_1' }).catch(() => undefined)

    const { added } = await recordPact({ control, file })

    expect(added).toEqual([
      {
        description: 'links a usable coupon to an order, and is refused: order_unknown',
        states: ['a user holds a usable coupon', 'orders have to exist'],
      },
    ])
    expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
  })

  test('an order is as it was before the call, also where the call looks at it again', async ({
    shop: { control, client },
    file,
  }) => {
    await control.addOrder({ out_trade_no: 'MCH_1234567', total: 100 })
    await client.request({
      target: '/v3/refund/domestic/refunds',
      body: {
        out_trade_no: 'MCH_1234567',
        out_refund_no: 'R_1234567',
        notify_url: 'https://shop.example.com/refund',
        amount: { refund: 30, total: 100, currency: 'CNY' },
      },
    })

    expect(await recordPact({ control, file })).toMatchObject({
      leftOut: [],
      added: [
        {
          description: 'refunds a paid order, whole or in part, with out_trade_no and notify_url',
          states: ['an order is paid'],
        },
      ],
    })
    expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
  })
})

test('has the header fields that an answer has: no Request-ID on pay endpoints, a Content-Type on a 204', async ({
  shop,
  file,
}) => {
  const { client, control } = shop
  await client.request({
    target: '/v3/pay/transactions/native',
    body: {},
    authorization: 'WECHATPAY2-SHA256-RSA2048 x',
  })
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
      /^(?:un)?links (?!.*refused)/,
    ],
    [
      'a renamed field',
      (answer) => {
        answer.body = answer.body.replace('wechatpay_associate_time', 'associate_time')
      },
      /^links (?!.*refused)/,
    ],
    [
      'times in UTC',
      (answer) => {
        answer.body = answer.body.replaceAll(/"([^"]{19})\+08:00"/g, '"$1Z"')
      },
      /^(?!.*refused)/,
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
      /not_usable$/,
    ],
    [
      'another code',
      (answer) => {
        answer.body = answer.body.replace('"INVALID_REQUEST"', '"RESOURCE_NOT_EXISTS"')
      },
      /(?:not_usable|not_found|request_no_reused|linked_to_other_order)$/,
    ],
    [
      'a repeat that is answered with a new time',
      (answer) => {
        answer.body = answer.body.replace(/("wechatpay_associate_time":")[^"]+/, '$12026-11-25T12:00:00+08:00')
      },
      /^links (?!.*refused)/,
    ],
    [
      'a link that is not visible',
      (answer) => {
        answer.body = answer.body.replace(/"associate_out_trade_no":"[^"]+",/, '')
      },
      /^queries /,
    ],
    [
      'answers without a signature',
      (answer) => {
        answer.headers = answer.headers.filter(([name]) => !name.startsWith('Wechatpay-'))
      },
      /^(?!.*serial_unknown)/,
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
    const growing = join(dirname(file), 'growing.json')
    for (const merchant of ['well-known', 'fresh', 'fresh'] as const) {
      const shop = await openShop(merchant, onTestFinished)
      await callEverything(shop)
      await rm(file, { force: true })
      await recordPact({ control: shop.control, file })
      const text = await readFile(file, 'utf8')
      const { added } = await recordPact({ control: shop.control, file: growing })
      expect(added.length > 0).toBe(texts.length === 0)
      expect(await readFile(growing, 'utf8')).toBe(text)
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
      // No time of the run: only the examples.
      expect([...new Set(text.match(/\d{4}-\d\d-\d\dT[\d:]+[^"]*/g))].toSorted()).toEqual(['2026-01-05T10:20:30+08:00'])
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
      added: [
        { description: 'links a used coupon to an order, and is refused: not_usable', states: ['a coupon is used'] },
      ],
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
      { description: '关联订单信息：已核销的券，被拒绝：not_usable', states: ['a coupon is used'] },
    ])
    expect(await recordPact({ control, file })).toMatchObject({ added: [], kept: 1 })
    expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
  })

  test('knows again what was recorded with the numbers of a run, and under another description', async ({
    file,
    shop: { control, client },
  }) => {
    await client.call(associateTradeInfo, LINK)
    await client
      .call(associateTradeInfo, { ...LINK, out_trade_no: 'MCH_2', out_request_no: 'R-2' })
      .catch(() => undefined)
    await recordPact({ control, file })
    const text = await readFile(file, 'utf8')
    const { interactions, ...pact } = JSON.parse(
      text.replaceAll('MCH_102233445', 'MCH_1').replaceAll('MCH_102233446', 'MCH_2'),
    )
    const earlier = interactions.map((one: object, i: number) => ({ ...one, description: `associate: ${i}` }))
    await writeFile(file, JSON.stringify({ ...pact, interactions: earlier }))

    expect(await recordPact({ control, file })).toMatchObject({ added: [], kept: 2 })
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
    [
      '{"consumer":{"name":"my-shop"},"provider":{"name":"wechatpay"},"interactions":[null],"metadata":{"pactSpecification":{"version":"4.0"}}}',
      'specification 4',
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

test('refuses a folder in place of a file', async ({ file, shop: { control } }) => {
  await expect(recordPact({ control, file: dirname(file) })).rejects.toMatchObject({
    code: 'MOCK_PACT_FILE',
    message: `${dirname(file)} cannot be read: it is a directory.`,
  })
})

test('a link to a pact stays one', async ({ file, shop: { control, client } }) => {
  const link = join(dirname(file), 'link.json')
  await writeFile(
    file,
    JSON.stringify({
      consumer: { name: 'my-shop' },
      provider: { name: 'wechatpay' },
      interactions: [],
      metadata: { pactSpecification: { version: '4.0' } },
    }),
  )
  await symlink(file, link)
  await client.request({ target: '/v3/certificates' })

  await recordPact({ control, file: link })

  expect(await pactIn(file)).toMatchObject({ interactions: [{}] })
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

  expect({ added, calls }).toEqual({
    added: [{ description: 'downloads the platform certificates', states: [] }],
    calls: 1,
  })
})

test('says what it leaves out and why, and writes no empty contract', async ({
  file,
  shop: { mock, control, client },
}) => {
  await client.request({ target: '/v3/pay/transactions/jsapi', body: {} })
  mock.journal.clear()
  const nonce = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'
  await client.request({ target: '/v3/nothing' })
  await client.request({ target: '/v3/nothing?token=x' })
  await client.request({ target: '/v3/certificates', authorization: undefined })
  await control.addCoupon({
    coupon_code: 'EARLY',
    stock_id: '1',
    available_start_time: '2099-01-01T00:00:00+08:00',
    expire_time: '2099-02-01T00:00:00+08:00',
  })
  const use = { coupon_code: 'EARLY', stock_id: '1', use_time: '2026-01-01T00:00:00+08:00' }
  const target = '/v3/marketing/busifavor/coupons/use'
  await client.request({ target, nonce, body: { ...use, coupon_code: 'NONE', appid: nonce, use_request_no: 'U-1' } })
  for (const use_request_no of ['U-2', 'U-3']) {
    await client.request({ target, body: { ...use, appid: 'wx1', use_request_no } })
  }

  const { added, leftOut, calls } = await recordPact({ control, file })

  expect({ added, calls }).toEqual({ added: [], calls: 6 })
  expect(leftOut.map(({ call, status, times, reason }) => ({ call, status, times, reason }))).toEqual([
    { call: 'GET /v3/nothing', status: 404, times: 2, reason: 'the mock does not serve this path' },
    {
      call: 'GET /v3/certificates',
      status: 401,
      times: 1,
      reason: 'it is not signed, as WeChat Pay asks of every call',
    },
    { call: `POST ${target}`, status: 404, times: 1, reason: 'a signature, nonce or key stands where none belongs' },
    {
      call: `POST ${target}`,
      status: 403,
      times: 2,
      reason: 'on a clean mock, in the provider states there are, it is answered with 200 in place of 403 RULELIMIT',
    },
  ])
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('leaves out calls that are not signed, also from a mock that lets them in', async ({
  file,
  shop: { control, client },
}) => {
  await control.changeSettings({ auth: 'lenient' })
  await client.request({ target: associateTradeInfo.path, body: LINK, authorization: undefined })

  expect(await recordPact({ control, file })).toMatchObject({
    added: [],
    leftOut: [{ status: 200, times: 1, reason: 'it is not signed, as WeChat Pay asks of every call' }],
  })
})

test('leaves out what a planned fault made of an answer', async ({ file, shop: { control, client } }) => {
  await control.addCoupon({ stock_id: LINK.stock_id, coupon_code: LINK.coupon_code })
  await control.planFault({ effect: 'answer_lost' })
  await control.planFault({ effect: 'slow_drip', pause_ms: 0 })
  await client.request({ target: associateTradeInfo.path, body: LINK }).catch(() => undefined)
  await client.request({ target: associateTradeInfo.path, body: LINK })

  const { added, leftOut } = await recordPact({ control, file })

  const reason = 'a planned fault changed more than which error it is answered with'
  expect({ added, reasons: leftOut.map(({ reason, times }) => [reason, times]) }).toEqual({
    added: [],
    reasons: [[reason, 2]],
  })
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

test('members with the names of what every object has are recorded like any other', async ({
  file,
  shop: { client, control },
}) => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    await client.request({
      target: `${associateTradeInfo.path}?${name}=x`,
      body: `{"stock_id":"100088","${name}":"x"}`,
      headers: { 'Content-Type': 'application/json' },
    })
  }

  expect(await recordPact({ control, file })).toMatchObject({ leftOut: [], added: [{}] })
  expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
})

test('a body that is nested too deep is left out, and the rest is recorded', async ({
  file,
  shop: { client, control },
}) => {
  const raw = (body: string) =>
    client.request({ target: associateTradeInfo.path, body, headers: { 'Content-Type': 'application/json' } })
  await raw(`{"stock_id":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)
  await raw('{"stock_id":1}')

  expect(await recordPact({ control, file })).toMatchObject({
    added: [{}],
    leftOut: [{ times: 1, reason: 'its body is nested deeper than the 32 levels that the mock takes' }],
  })
})

test('a list of several things is agreed on by its shape, and needs one of them', async ({
  file,
  shop: { client, control },
}) => {
  const openid = 'oOfSeveralCoupons'
  await control.addCoupons(
    ['0', '1', '2'].map((number) => ({ stock_id: '100088', coupon_code: `SEVERAL_${number}`, openid })),
  )
  const { body } = await client.request({
    target: `/v3/marketing/busifavor/users/${openid}/coupons?appid=wx1234567889999&creator_merchant=1900000001`,
  })
  expect(body).toMatchObject({ total_count: 3 })

  const { added, leftOut } = await recordPact({ control, file })

  expect({ leftOut, states: added.map(({ states }) => states.length) }).toEqual({ leftOut: [], states: [1] })
  expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
})

test('the same call is tried out once, however often it was made', async ({ file, shop: { client, control } }) => {
  const call = (i: number) =>
    client
      .call(associateTradeInfo, { ...LINK, coupon_code: `NO_SUCH_${i}_`, out_request_no: `REQUEST_${i}_` })
      .catch(() => undefined)
  const triesToRecord = async () => {
    let tries = 0
    await record({ control, file }, (options) => {
      const mock = createMock(options)
      const handle = (request: Parameters<typeof mock.handle>[0]) => {
        tries++
        return mock.handle(request)
      }
      return { control: mock.control, handle }
    })
    return tries
  }
  await call(0)
  const triesOfOne = await triesToRecord()
  for (let i = 1; i < 20; i++) await call(i)

  expect(await triesToRecord()).toBe(triesOfOne)
})

test('numbers of other merchants in a request have stand-ins', async ({ file, shop: { client, control } }) => {
  await client.request({
    target: '/v3/marketing/busifavor/users/oUser12345/coupons?appid=wx1234567889999&creator_merchant=1612345678',
  })

  expect(await recordPact({ control, file })).toMatchObject({ leftOut: [], added: [{}] })
  expect(await readFile(file, 'utf8')).not.toContain('1612345678')
  expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
})

test.for(['certificate', 'public-key'] as const)(
  'what is encrypted for the %s does not leave the run',
  async (key, { file, shop: { client, control } }) => {
    const { platform } = wellKnownIdentity()
    const { publicKey } = key === 'certificate' ? (platform.certificates[0] ?? platform.publicKey) : platform.publicKey
    const [encrypted_echo_message, secretName] = [
      encryptField('6222020202020202', publicKey),
      encryptField('李四', publicKey),
    ]
    await client.request({
      target: '/v3/security/echo',
      body: { echo_message: 'hello', encrypted_echo_message },
      wechatpaySerial: key,
    })
    await client.request({
      target: '/v3/refund/domestic/refunds/50300000000000001/apply-abnormal-refund',
      body: {
        out_refund_no: 'R_1234567',
        type: 'USER_BANK_CARD',
        bank_type: 'ICBC_DEBIT',
        bank_account: encrypted_echo_message,
        real_name: secretName,
      },
      wechatpaySerial: key,
    })

    const { added, leftOut } = await recordPact({ control, file })

    expect(leftOut).toEqual([])
    expect(added.map(({ description }) => description)).toEqual([
      'redirects an abnormal refund to a bank card, with bank_type, bank_account and real_name, and is refused: not_found',
      'tries out signing, verifying, encrypting and callbacks, with encrypted_echo_message',
    ])
    const text = await readFile(file, 'utf8')
    for (const secret of [encrypted_echo_message, secretName]) expect(text).not.toContain(secret)
    expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
  },
)

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
  expect(added.map(({ description }) => description)).toEqual([
    'gives a used coupon back',
    'makes a usable coupon void',
    'redeems a coupon with a request number that was used, with stock_id',
    'redeems a usable coupon, with stock_id',
  ])
  const { interactions } = await verifyPacts({ pactFiles: [file] })
  expect(interactions.filter(({ ok }) => !ok)).toEqual([])
})
