import { describe, expect } from 'vitest'
import { connectControl } from '../../src/control/client.ts'
import { cli, test } from './cli.ts'

describe.concurrent('order', () => {
  test('pays, shows and refunds an order of a running mock', async ({ serve }) => {
    const { url } = await serve(['--json', '--clock', 'frozen@2026-11-25T12:00:00+08:00'])
    const control = connectControl(url)
    await control.addOrder({ out_trade_no: 'A1', state: 'NOTPAY', total: 100, openid: 'oUser' })

    const paid = await cli(['order', 'pay', 'A1', '--url', url])
    const { transaction_id } = await control.order('A1')
    expect(paid).toEqual({
      code: 0,
      stderr: '',
      stdout: `Order A1: SUCCESS, 100 fen (1.00 CNY)\n  paid as ${transaction_id} at 2026-11-25T12:00:00+08:00 by oUser\n`,
    })

    const refunded = await cli([
      'order',
      'refund',
      'A1',
      '--amount',
      '30',
      '--outcome',
      'ABNORMAL',
      '--url',
      url,
      '--json',
    ])
    const refund = JSON.parse(refunded.stdout)
    expect(refund).toMatchObject({ refund: 30, outcome: 'ABNORMAL', status: 'PROCESSING' })

    const line = `refund ${refund.out_refund_no}: PROCESSING, 30 fen (0.30 CNY), settled at 2026-11-25T12:00:05+08:00`
    const shown = await cli(['order', 'show', 'A1', '--url', url])
    expect(shown.stdout).toBe(
      `Order A1: REFUND, 100 fen (1.00 CNY)\n  paid as ${transaction_id} at 2026-11-25T12:00:00+08:00 by oUser\n  ${line}\n`,
    )
    const json = await cli(['order', 'show', 'A1', '--url', url, '--json'])
    expect(JSON.parse(json.stdout)).toEqual(await control.order('A1'))

    const rest = await cli(['order', 'refund', 'A1', '--url', url, '--lang', 'zh'])
    expect(rest.stdout).toMatch(/^退款 \d{28}：PROCESSING，70 分（0\.70 CNY），完成时间 2026-11-25T12:00:05\+08:00\n$/)
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
    expect(expired).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Order A1: CLOSED, /) })
    expect(await cli(['order', 'expire', 'A1', '--url', url])).toMatchObject({ code: 1 })
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
