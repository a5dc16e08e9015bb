import { describe, expect } from 'vitest'
import { test } from '../helpers/first-products.ts'
import { transports } from '../helpers/world.ts'

const TARGET = '/v3/pay/transactions/jsapi'
/** The body of an order, with a member as it is written. */
const order = (total: string, more = '') =>
  `{"appid":"wxd678efh567hg6787","mchid":"1900000001","description":"d","out_trade_no":"4200001234202611250000000001","notify_url":"https://shop.example.com/pay","amount":{"total":${total}},"payer":{"openid":"oUser"}${more}}`

const HIGHEST = 9_007_199_254_740_991

describe.for(transports)('whole numbers that JavaScript would round, over %s', (transport) => {
  test.override('transport', transport)

  test.for<[written: string, message: RegExp]>([
    [`${HIGHEST + 1}`, /“总金额”规则校验失败，值高于最大值 9007199254740991$/],
    ['9007199254740993', /“总金额”规则校验失败，值高于最大值 9007199254740991$/],
    ['9223372036854775807', /“总金额”规则校验失败，值高于最大值 9007199254740991$/],
    ['9223372036854775808', /“总金额”中，此字段需要一个合法的 64 位有符号整数$/],
    ['-9007199254740993', /“总金额”规则校验失败，值低于最小值 1$/],
    ['9'.repeat(500), /“总金额”中，此字段需要一个合法的 64 位有符号整数$/],
  ])('%s as an amount is refused, and repeated as it was sent', async ([written, message], { merchant, mock }) => {
    const { status, body, bytes } = await merchant.request({ target: TARGET, body: order(written) })

    expect({ status, body }).toMatchObject({ status: 400, body: { code: 'PARAM_ERROR' } })
    expect(Object(body).message).toMatch(message)
    expect(Buffer.from(bytes).toString()).toContain(`"value":${written}`)
    const [remark] = mock.journal.list().at(-1)?.remarks ?? []
    expect(remark?.text.en).toContain(`; got ${written.slice(0, 100)}`)
  })

  test('that is refused above a documented limit is repeated as it was sent', async ({ merchant }) => {
    const { bytes } = await merchant.request({
      target: '/v3/marketing/busifavor/stocks/100088/budget',
      method: 'PATCH',
      body: '{"target_max_coupons":9007199254740993,"current_max_coupons":1,"modify_budget_request_no":"R1"}',
    })
    expect(Buffer.from(bytes).toString()).toMatch(/"value":9007199254740993.*值高于最大值 \d{9,10}"/)
  })

  test('in a member that no rule is for is refused, with its place', async ({ merchant, mock }) => {
    const target = '/v3/payscore/permissions/openid/oUser/terminate'
    const terminate = (number: string) =>
      merchant.request({ target, body: `{"service_id":"1","appid":"wx1","reason":"r","more":[1,{"deep":${number}}]}` })
    const refused = await terminate('9223372036854775807')

    expect(refused).toMatchObject({ status: 400, body: { code: 'PARAM_ERROR' } })
    expect(
      mock.journal
        .list()
        .at(-1)
        ?.remarks.map(({ text }) => text.en),
    ).toEqual([
      '/body/more/1/deep: 9223372036854775807 is beyond 9007199254740991, up to which the mock keeps integers',
    ])
    expect((await terminate(`${HIGHEST}`)).status).toBeLessThan(300)
    expect((await terminate('"9223372036854775807"')).status).toBeLessThan(300)
  })

  test('up to the largest that is exact is taken, and so are long numbers in texts', async ({ merchant }) => {
    const { status } = await merchant.request({ target: TARGET, body: order('100') })
    expect(status).toBe(200)
    const exact = await merchant.request({ target: TARGET, body: order(`${HIGHEST}`).replace('0001"', '0002"') })
    expect(Object(exact.body).message ?? '').not.toContain('最大值')
  })
})
