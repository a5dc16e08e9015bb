import { readFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { encryptField } from '../../src/wire/protocol/sensitive-field.ts'
import { pactIn, test } from './recording.ts'

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

  test('which are the same in request, states and answer', async ({ shop }) => {
    await shop.client.request({ target, body: order('4567890123') })
    await shop.client.request({ target: '/v3/pay/transactions/out-trade-no/MCH_4567890123?mchid=1900000001' })

    await shop.record()

    const { interactions } = await pactIn(shop.file)
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
    await shop.expectVerified()
  })

  test('but for what breaks a rule, since the answer is about that', async ({ shop }) => {
    await shop.client.request({ target, body: { ...order('4567890123'), out_trade_no: 'MCH 1' } })

    const { added } = await shop.record()

    expect(added).toMatchObject([{ description: expect.stringMatching(/and is refused: PARAM_ERROR out_trade_no$/) }])
    expect(await pactIn(shop.file)).toMatchObject({
      interactions: [{ request: { body: { content: { out_trade_no: 'MCH 1' } } } }],
    })
    await shop.expectVerified()
  })

  test('addresses that the service gives have no query in them', async ({ shop }) => {
    const { payer: _, ...native } = order('4567890123')
    const { body } = await shop.client.request({ target: '/v3/pay/transactions/native', body: native })

    await shop.record()

    const { code_url } = body as { code_url: string }
    expect(code_url).toMatch(/^weixin:\/\/wxpay\/bizpayurl\?pr=.+/)
    expect(await pactIn(shop.file)).toMatchObject({
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

  test('an address that breaks a rule keeps its form, and not its secrets', async ({ shop }) => {
    const notify_url = 'https://shop:PASSWORD@shop.example.com/notify/5f0c2e9a4d4e57b1?accessToken=SECRET&shop=1'
    await shop.client.request({ target, body: { ...order('4567890123'), notify_url } })

    await shop.record()

    expect(await pactIn(shop.file)).toMatchObject({
      interactions: [
        {
          request: {
            body: {
              content: { notify_url: 'https://EXAMPLE@shop.example.com/notify/EXAMPLE?accessToken=EXAMPLE&shop=1' },
            },
          },
        },
      ],
    })
    await shop.expectVerified()
  })

  test('a token in the query is dropped', async ({ shop }) => {
    await shop.client.request({ target: '/v3/certificates?algorithm_type=ALL&access_token=SECRET&apiKey=SECRET' })
    await shop.client.request({
      target: '/v3/pay/transactions/out-trade-no/MCH_1234567/close?sign=SECRET',
      body: { mchid: '1900000001' },
    })

    await shop.record()

    expect(await readFile(shop.file, 'utf8')).not.toContain('SECRET')
    await shop.expectVerified()
  })
})

test('numbers of other merchants in a request have stand-ins', async ({ shop }) => {
  await shop.client.request({
    target: '/v3/marketing/busifavor/users/oUser12345/coupons?appid=wx1234567889999&creator_merchant=1612345678',
  })

  expect(await shop.record()).toMatchObject({ leftOut: [], added: [{}] })
  expect(await readFile(shop.file, 'utf8')).not.toContain('1612345678')
  await shop.expectVerified()
})

test.for(['certificate', 'public-key'] as const)(
  'what is encrypted for the %s does not leave the run',
  async (key, { shop }) => {
    const { platform } = wellKnownIdentity()
    const { publicKey } = key === 'certificate' ? (platform.certificates[0] ?? platform.publicKey) : platform.publicKey
    const [encrypted_echo_message, secretName] = [
      encryptField('6222020202020202', publicKey),
      encryptField('李四', publicKey),
    ]
    await shop.client.request({
      target: '/v3/security/echo',
      body: { echo_message: 'hello', encrypted_echo_message },
      wechatpaySerial: key,
    })
    await shop.client.request({
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

    const { added, leftOut } = await shop.record()

    expect(leftOut).toEqual([])
    expect(added.map(({ description }) => description)).toEqual([
      'redirects an abnormal refund to a bank card, with bank_type, bank_account and real_name, and is refused: not_found',
      'tries out signing, verifying, encrypting and callbacks, with encrypted_echo_message',
    ])
    const text = await readFile(shop.file, 'utf8')
    for (const secret of [encrypted_echo_message, secretName]) expect(text).not.toContain(secret)
    await shop.expectVerified()
  },
)
