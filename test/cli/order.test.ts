import { describe, expect } from 'vitest'
import { connectControl } from '../../src/mock-control.ts'
import { cli, test } from './cli.ts'

describe.concurrent('order', () => {
  test('pays, shows and refunds an order of a running mock', async ({ serve }) => {
    const { url } = await serve(['--json', '--clock', 'frozen@2026-11-25T12:00:00+08:00'])
    const control = connectControl(url)
    await control.addOrder({ out_trade_no: 'A1', state: 'NOTPAY', total: 100, openid: 'oUser' })

    await control.addOrder({ out_trade_no: 'A2', state: 'NOTPAY', total: 100, prepay_id: 'wx25', openid: 'oUser' })
    expect((await cli(['order', 'show', 'A2', '--url', url])).stdout).toMatch(
      `Order A2: NOTPAY\n  Cashier: ${url}/_mock/cashier?prepay_id=wx25\n  Total: ¥1.00\n`,
    )

    const paid = await cli(['order', 'pay', 'A1', '--url', url])
    const { transaction_id } = await control.order('A1')
    expect(paid).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'Order A1: SUCCESS',
        '  Total: ¥1.00',
        '  Merchant: 1900000001',
        '  Placed: 2026-11-25T10:00:00+08:00',
        '  Closes: 2026-12-02T10:00:00+08:00',
        '  Paid: 2026-11-25T12:00:00+08:00',
        '  Payer (openid): oUser',
        '  Trade type: JSAPI',
        `  WeChat Pay order number: ${transaction_id}`,
        '',
      ].join('\n'),
    })

    const args = ['order', 'refund', 'A1', '--amount', '30', '--outcome', 'ABNORMAL', '--json']
    const refunded = await cli([...args, '--url', url])
    const refund = JSON.parse(refunded.stdout)
    expect(refund).toMatchObject({ refund: 30, outcome: 'ABNORMAL', status: 'PROCESSING' })

    const shown = await cli(['order', 'show', 'A1', '--url', url])
    expect(shown.stdout).toMatch(/^Order A1: REFUND\n/)
    expect(shown.stdout).toContain(`\n  Refunds: ${refund.out_refund_no} PROCESSING ¥0.30\n`)
    const json = await cli(['order', 'show', 'A1', '--url', url, '--json'])
    expect(JSON.parse(json.stdout)).toEqual(await control.order('A1'))

    const rest = await cli(['order', 'refund', 'A1', '--url', url, '--lang', 'zh'])
    expect(rest.stdout).toMatch(/^退款单 \d{28}：PROCESSING\n {2}退款金额：¥0\.70\n/)
    expect(rest.stdout).toContain('\n  到账时间：2026-11-25T12:00:05+08:00\n')
  })

  test('what the mock says no to is exit code 1, and one line', async ({ serve }) => {
    const { url } = await serve(['--json'])
    await connectControl(url).addOrder({ out_trade_no: 'A1', state: 'NOTPAY' })

    const [unknown, unpaid] = await Promise.all([
      cli(['order', 'pay', 'NONE', '--url', url]),
      cli(['order', 'refund', 'A1', '--url', url, '--json']),
    ])

    expect(unknown).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^wechatpay-mock: There is no order NONE: [^\n]+\n$/),
    })
    expect({ ...unpaid, stdout: JSON.parse(unpaid.stdout) }).toEqual({
      code: 1,
      stdout: { code: 'MOCK_ORDER_STATE', message: expect.stringContaining('was not paid') },
      stderr: '',
    })
    const expired = await cli(['order', 'expire', 'A1', '--url', url])
    expect(expired).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Order A1: NOTPAY\n[\s\S]+\n {2}Can be paid until: /),
    })
    const [late, inChinese] = await Promise.all([
      cli(['order', 'pay', 'A1', '--url', url]),
      cli(['order', 'pay', 'A1', '--url', url, '--lang', 'zh']),
    ])
    expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining('订单已超过商户设置的最晚支付成功时间') })
    expect(inChinese).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /请重新发起支付：订单 A1 的支付截止时间是 \S+。请关闭该订单，换商户订单号重新下单。\n$/,
      ),
    })
  })

  test('says once where no mock answers, and how to name another', async () => {
    const args = ['order', 'show', 'A1', '--url', 'http://127.0.0.1:1']

    expect(await cli(args)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'wechatpay-mock: No mock answers at http://127.0.0.1:1: start one with wechatpay-mock, or give --url or WECHATPAY_MOCK_URL\n',
    })
    expect((await cli([...args, '--lang', 'zh'])).stderr).toMatch(
      /^wechatpay-mock: http:\/\/127\.0\.0\.1:1 没有模拟服务应答，.*--url 或 WECHATPAY_MOCK_URL/,
    )
  })

  test('takes the mock from WECHATPAY_MOCK_URL, and --url over it', async ({ serve }) => {
    const { url } = await serve(['--json'])
    await connectControl(url).addOrder({ out_trade_no: 'A1', state: 'NOTPAY' })
    const show = (args: string[], variable: string) =>
      cli(['order', 'show', 'A1', ...args], { env: { WECHATPAY_MOCK_URL: variable } })

    expect(await show([], url)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Order A1: NOTPAY\n/) })
    expect(await show(['--url', url], 'http://127.0.0.1:1')).toMatchObject({ code: 0 })
    expect(await show([], 'nowhere')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('WECHATPAY_MOCK_URL cannot be "nowhere": use the address of a mock'),
    })
    const shown = await cli(['credentials', '--json'], { env: { WECHATPAY_MOCK_URL: url } })
    expect(JSON.parse(shown.stdout)).toMatchObject({ base_url: url })
    expect(await cli(['credentials'], { env: { WECHATPAY_MOCK_URL: 'http://127.0.0.1:1' } })).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^wechatpay-mock: No mock answers at http:\/\/127\.0\.0\.1:1: start one/),
    })
  })

  test.for(['order', 'transfer', 'credentials', 'pact record', 'pact verify'])(
    '%s --help names the variable',
    async (command) => {
      for (const lang of ['en', 'zh']) {
        const { stdout } = await cli([...command.split(' '), '--help', '--lang', lang])
        expect(stdout).toContain('WECHATPAY_MOCK_URL')
      }
    },
  )

  test('says no in Chinese too', async ({ serve }) => {
    const { url } = await serve(['--json', '--control-token', 'secret'])
    await connectControl(url, { token: 'secret' }).addOrders([
      { out_trade_no: 'A2', state: 'SUCCESS', total: 100 },
      { mchid: '1900000077', out_trade_no: 'A3' },
      { mchid: '1900000078', out_trade_no: 'A3' },
    ])
    const order = (...args: string[]) => cli(['order', ...args, '--url', url, '--lang', 'zh'])
    const token = ['--control-token', 'secret']

    expect(await order('pay', 'A2', ...token)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'wechatpay-mock: 订单 A2 已支付，请另下一单，或新增一笔 "state":"NOTPAY" 的订单。\n',
    })
    expect(await order('show', 'A3', ...token)).toMatchObject({
      code: 2,
      stderr: `wechatpay-mock: ${url}：多个商户都有订单 A3，请用 --mchid 指明商户，可选：1900000077、1900000078。\n`,
    })
    const json = await order('pay', 'A2', ...token, '--json')
    expect(JSON.parse(json.stdout)).toEqual({
      code: 'MOCK_ORDER_STATE',
      message: '订单 A2 已支付，请另下一单，或新增一笔 "state":"NOTPAY" 的订单。',
    })
    expect(await order('pay', 'A2')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('控制 API 需要令牌，即启动模拟服务时 --control-token 的值'),
    })
  })

  test('--mchid says whose, and the token opens the door', async ({ serve }) => {
    const { url } = await serve(['--json', '--control-token', 'secret'])
    const control = connectControl(url, { token: 'secret' })
    await control.addOrders([
      { mchid: '1900000077', out_trade_no: 'A1', state: 'NOTPAY' },
      { mchid: '1900000078', out_trade_no: 'A1', state: 'NOTPAY' },
    ])
    const order = (...more: string[]) => cli(['order', 'pay', 'A1', '--url', url, ...more])

    expect(await order()).toMatchObject({ code: 2, stderr: expect.stringContaining('needs its token') })
    expect(await order('--control-token', 'secret')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('give --mchid, one of 19000000'),
    })
    expect(await order('--control-token', 'secret', '--mchid', '1900000078')).toMatchObject({ code: 0 })
    expect(await control.order('A1', { mchid: '1900000077' })).toMatchObject({ state: 'NOTPAY' })
    expect(await control.order('A1', { mchid: '1900000078' })).toMatchObject({ state: 'SUCCESS' })
  })
})
