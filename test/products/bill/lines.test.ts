import { describe, expect, test } from 'vitest'
import { billFile, fundBillForm, fundLine, type Line } from '../../../src/products/bill/bill-forms.ts'
import {
  bookingsOfClosing,
  bookingsOfOrder,
  bookingsOfRefund,
  bookingsOfReturn,
  bookingsOfShare,
  yuan,
} from '../../../src/products/bill/books.ts'
import {
  orderLine,
  refundLine,
  reversalLine,
  type TradeBillType,
  tradeBillForm,
} from '../../../src/products/bill/trade-bill.ts'
import type { PaidOrder } from '../../../src/products/payment/order-rules.ts'
import type { Order } from '../../../src/products/payment/orders.ts'
import type { Refund } from '../../../src/products/payment/refunds.ts'
import { anOrderThatIs, aPromotion, aRefund, inChina } from '../merchant-coupon/rules/builders.ts'

const paid = (changes: Partial<Order> = {}) =>
  anOrderThatIs('SUCCESS', {
    mchid: '1900000109',
    appid: 'wx8888888888888888',
    out_trade_no: 'S20210128170700000001',
    transaction_id: '4200000925202101280000000001',
    openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
    success_time: inChina('2021-01-28T17:07:11'),
    description: 'for testing',
    attach: 'cipher code',
    total: 1,
    ...changes,
  }) as PaidOrder

const refunded = (changes: Partial<Refund> = {}) =>
  aRefund({
    mchid: '1900000109',
    out_refund_no: 'S20210201143300000001',
    refund_id: '50300807172021020100000000001',
    out_trade_no: 'S20210128170700000001',
    transaction_id: '4200000925202101280000000001',
    total: 1,
    refund: 1,
    create_time: inChina('2021-02-01T14:33:21'),
    settle_time: inChina('2021-02-01T14:33:24'),
    ...changes,
  })

const madeAt = inChina('2021-02-02T09:00:00')
const refundIn = (type: TradeBillType, refund = refunded(), order: Order | undefined = paid()) =>
  refundLine(refund, order, { type, madeAt })

async function* each(lines: readonly Line[]) {
  yield* lines
}

/** The lines of a bill without its byte order mark. */
async function fileOf(form: Parameters<typeof billFile>[0], lines: readonly Line[]): Promise<readonly string[]> {
  let text = ''
  for await (const chunk of billFile(form, each(lines))) text += chunk
  expect(text).toMatch(/^\ufeff[\s\S]*[^\r]\r\n$/)
  return text.slice(1, -2).split('\r\n')
}

// A published bill with other identifiers and another rate (pay-family.md 6.5).
describe('a trade bill', () => {
  test('of all has paid orders and refunds', async () => {
    const lines = [orderLine(paid()), refundIn('ALL')]

    expect(await fileOf(tradeBillForm('ALL'), lines)).toEqual([
      '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注',
      '`2021-01-28 17:07:11,`wx8888888888888888,`1900000109,`0,`,`4200000925202101280000000001,`S20210128170700000001,`oUpF8uMuAJO_M2pxb1Q9zNjWeS6o,`NATIVE,`SUCCESS,`OTHERS,`CNY,`0.01,`0.00,`0,`0,`0.00,`0.00,`,`,`for testing,`cipher code,`0.00000,`0.60%,`0.01,`0.00,`',
      '`2021-02-01 14:33:21,`wx8888888888888888,`1900000109,`0,`,`4200000925202101280000000001,`S20210128170700000001,`oUpF8uMuAJO_M2pxb1Q9zNjWeS6o,`NATIVE,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`50300807172021020100000000001,`S20210201143300000001,`0.01,`0.00,`ORIGINAL,`SUCCESS,`for testing,`cipher code,`0.00000,`0.60%,`0.00,`0.01,`',
      '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额',
      '`2,`0.01,`0.01,`0.00,`0.00000,`0.01,`0.01',
    ])
  })

  test('of paid orders has no columns of refunds', async () => {
    expect(await fileOf(tradeBillForm('SUCCESS'), [orderLine(paid())])).toEqual([
      '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注',
      '`2021-01-28 17:07:11,`wx8888888888888888,`1900000109,`0,`,`4200000925202101280000000001,`S20210128170700000001,`oUpF8uMuAJO_M2pxb1Q9zNjWeS6o,`NATIVE,`SUCCESS,`OTHERS,`CNY,`0.01,`0.00,`for testing,`cipher code,`0.00000,`0.60%,`0.01,`',
      '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额',
      '`1,`0.01,`0.00,`0.00,`0.00000,`0.01,`0.00',
    ])
  })

  test('of refunds has the time of the payment first', async () => {
    expect(await fileOf(tradeBillForm('REFUND'), [refundIn('REFUND')])).toEqual([
      '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注',
      '`2021-01-28 17:07:11,`wx8888888888888888,`1900000109,`0,`,`4200000925202101280000000001,`S20210128170700000001,`oUpF8uMuAJO_M2pxb1Q9zNjWeS6o,`NATIVE,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`2021-02-01 14:33:21,`2021-02-01 14:33:24,`50300807172021020100000000001,`S20210201143300000001,`0.01,`0.00,`ORIGINAL,`SUCCESS,`for testing,`cipher code,`0.00000,`0.60%,`0.00,`0.01,`',
      '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额',
      '`1,`0.00,`0.01,`0.00,`0.00000,`0.00,`0.01',
    ])
  })

  test('adds amounts up exactly, however large', async () => {
    const order = paid({ total: Number.MAX_SAFE_INTEGER, fee_rate: 0 })
    const lines = await fileOf(tradeBillForm('SUCCESS'), [orderLine(order), orderLine(order), orderLine(order)])
    expect(lines.at(-1)).toContain('`270215977642229.73')
  })

  test('of nothing is no file', async () => {
    for await (const text of billFile(tradeBillForm('ALL'), each([]))) expect(text).toBe('never')
  })

  test('shows coupons of WeChat Pay, the fee of what is settled, and what of both comes back', async () => {
    const promotions = [aPromotion(100), aPromotion(200, { coupon_id: 'C-2', type: 'NOCASH' })]
    const parts = [
      { ...promotions[0], refund_amount: 50 },
      { ...promotions[1], refund_amount: 100 },
    ].map(({ coupon_id = '', type = 'CASH', amount = 0, refund_amount }) => {
      return { coupon_id, scope: 'GLOBAL' as const, type, amount, refund_amount }
    })

    expect(orderLine(paid({ total: 1_000, promotions }))).toMatchObject({
      应结订单金额: 800,
      代金券金额: 300,
      手续费: 5,
      订单金额: 1_000,
    })
    expect(refundIn('ALL', refunded({ total: 1_000, refund: 500, promotions: parts }))).toMatchObject({
      退款金额: 400,
      充值券退款金额: 50,
      手续费: -3,
      申请退款金额: 500,
    })
  })

  test.for<[what: string, refund: Partial<Refund>, shown: object]>([
    ['succeeded', {}, { 退款状态: 'SUCCESS', 退款成功时间: '2021-02-01 14:33:24', 退款类型: 'ORIGINAL' }],
    ['was still under way', { settle_time: madeAt + 1 }, { 退款状态: 'PROCESSING', 退款成功时间: '' }],
    [
      'was still under way, and has ended for good since, as the clock was set back',
      { settle_time: madeAt + 1, outcome: 'CLOSED', over: true },
      { 退款状态: 'PROCESSING', 退款成功时间: '' },
    ],
    ['was closed', { outcome: 'CLOSED' }, { 退款状态: 'FAIL', 退款成功时间: '' }],
    ['could not arrive', { outcome: 'ABNORMAL' }, { 退款状态: 'CHANGE', 退款成功时间: '' }],
    [
      'was sent another way on the day',
      { sent_another_way_time: madeAt - 10, settle_time: madeAt - 5, channel: 'OTHER_BANKCARD' },
      { 退款状态: 'SUCCESS', 退款类型: 'OTHER_BANKCARD' },
    ],
    [
      'was sent another way later',
      { sent_another_way_time: madeAt + 10, settle_time: madeAt + 15, channel: 'OTHER_BANKCARD' },
      { 退款状态: 'CHANGE', 退款类型: 'ORIGINAL' },
    ],
    [
      'still waited for money, and was sent another way later',
      { funded_time: madeAt + 1, sent_another_way_time: madeAt + 10, settle_time: madeAt + 15, channel: 'BALANCE' },
      { 退款状态: 'PROCESSING', 退款类型: 'ORIGINAL' },
    ],
    [
      'was sent another way later, and closed before, as the clock was set back',
      { sent_another_way_time: madeAt + 10, settle_time: madeAt - 5, outcome: 'CLOSED', channel: 'OTHER_BANKCARD' },
      { 退款状态: 'FAIL', 退款类型: 'OTHER_BANKCARD' },
    ],
  ])('shows a refund as it was when the bill was made: one that %s', ([, changes, shown]) => {
    expect(refundIn('REFUND', refunded(changes))).toMatchObject(shown)
  })

  test('of all may date a refund by its success', () => {
    const dated = (refund: Refund) => refundLine(refund, paid(), { type: 'ALL', refundTime: 'succeeded', madeAt })

    expect(dated(refunded())).toMatchObject({ 交易时间: '2021-02-01 14:33:24' })
    expect(dated(refunded({ settle_time: madeAt + 1 }))).toMatchObject({ 交易时间: '2021-02-01 14:33:21' })
  })

  test('shows a reversal as a refund of all', () => {
    const order = { ...paid({ total: 1_000 }), state: 'REVOKED' as const, closed_time: inChina('2021-01-28T17:09:00') }

    expect(reversalLine(order, 'ALL')).toMatchObject({
      交易时间: '2021-01-28 17:09:00',
      商户订单号: 'S20210128170700000001',
      交易状态: 'REVOKED',
      退款金额: 1_000,
      手续费: -6,
      订单金额: 0,
      申请退款金额: 1_000,
    })
    expect(reversalLine(order, 'REFUND')).toMatchObject({
      交易时间: '2021-01-28 17:07:11',
      退款申请时间: '2021-01-28 17:09:00',
    })
  })

  test('replaces characters that would break a line, in refunds otherwise than in orders', () => {
    const description = '\\ \' " ` , \n \r \t \ue000 \u001a 中文😀'
    const order = paid({ description, attach: 'a,b', device_id: '`' })

    expect(orderLine(order)).toMatchObject({
      商品名称: '\\\\ \\\' \\" \\` \\  \\n \\r \\t \\  \\\u001a 中文😀',
      商户数据包: 'a\\ b',
      设备号: '\\`',
    })
    expect(refundIn('ALL', refunded(), order)).toMatchObject({
      商品名称: '\\\\ \' \\" \\140 \\  \\n \\r \\t \\  \\\u001a 中文😀',
      设备号: '\\140',
    })
  })

  test('has a refund whose order is not in the world', () => {
    expect(refundLine(refunded(), undefined, { type: 'REFUND', madeAt })).toMatchObject({
      交易时间: '',
      商户订单号: 'S20210128170700000001',
      商品名称: '',
      申请退款金额: 1,
    })
  })
})

describe('a fund bill', () => {
  test('has a line for each booking, with the balance after it', async () => {
    const booked = [
      ...bookingsOfOrder(paid({ total: 1_000 })),
      ...bookingsOfRefund(refunded({ total: 1_000, refund: 500, fee: 3 })),
      ...bookingsOfClosing(refunded({ total: 1_000, refund: 500, fee: 3, outcome: 'CLOSED' })),
    ]
    let balance = 0
    const lines = booked.map((booking) => {
      balance += booking.amount
      return fundLine(booking, balance)
    })

    expect(await fileOf(fundBillForm, lines)).toEqual([
      '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号',
      '`2021-01-28 17:07:11,`4200000925202101280000000001,`4200000925202101280000000001,`交易,`交易,`收入,`10.00,`10.00,`system,`,`S20210128170700000001',
      '`2021-01-28 17:07:11,`4200000925202101280000000001,`4200000925202101280000000001,`交易,`扣除交易手续费,`支出,`0.06,`9.94,`system,`,`S20210128170700000001',
      '`2021-02-01 14:33:21,`50300807172021020100000000001,`4200000925202101280000000001,`退款,`退款,`支出,`4.97,`4.97,`1900000109API,`退款总金额5.00元;含手续费0.03元,`S20210201143300000001',
      '`2021-02-01 14:33:24,`50300807172021020100000000001,`4200000925202101280000000001,`退款,`退款关闭,`收入,`4.97,`9.94,`system,`退款总金额5.00元;含手续费0.03元,`S20210201143300000001',
      '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额',
      '`4,`2,`14.97,`2,`5.03',
    ])
  })

  test('has a balance beyond what a number can count', () => {
    const [booking] = bookingsOfOrder(paid({ total: 1_000 }))
    expect(booking && fundLine(booking, 3n * BigInt(Number.MAX_SAFE_INTEGER))).toMatchObject({
      '账户结余(元)': 27_021_597_764_222_973n,
    })
    expect([27_021_597_764_222_973n, -5n].map(yuan)).toEqual(['270215977642229.73', '-0.05'])
  })

  test('leaves out a fee of nothing, and money that is none of the merchant', () => {
    expect(bookingsOfOrder(paid({ total: 1 })).map(({ kind }) => kind)).toEqual(['交易'])
    expect(bookingsOfOrder(paid({ total: 1, promotions: [aPromotion(1, { type: 'NOCASH' })] }))).toEqual([])
    expect(bookingsOfClosing(refunded())).toEqual([])
  })
})

test('a share moves what others got of it, and its return moves it back', () => {
  const numbers = {
    mchid: '1900000001',
    sub_mchid: '1900000002',
    out_order_no: 'P1',
    order_id: '3000',
    transaction_id: 'T-1',
  }
  const got = {
    type: 'MERCHANT_ID',
    account: '1900000109',
    amount: 300,
    description: '供货',
    detail_id: '3600',
  } as const
  const times = { create_time: 1_000, finish_time: 2_000 }
  const booked = [
    ...bookingsOfShare({
      ...numbers,
      out_trade_no: 'ORDER-1',
      unfreezes: 'rest',
      create_time: 1_000,
      request: [],
      receivers: [
        { ...got, finish_time: 1_500 },
        { ...got, type: 'PERSONAL_OPENID', account: 'oUser', amount: 20, finish_time: 2_000 },
        { ...got, amount: 100, finish_time: 1_500, fail_reason: 'ACCOUNT_ABNORMAL' },
        { ...got, account: '1900000002', finish_time: 1_500 },
      ],
    }),
    ...bookingsOfReturn({
      ...numbers,
      ...times,
      out_return_no: 'R1',
      return_id: '3008',
      return_mchid: '1900000109',
      amount: 50,
      description: '退货',
      request: [],
    }),
  ]

  const common = { account: 'BASIC', time: 2_000, business: '分账', flow_number: 'T-1', applicant: '1900000001API' }
  const shared = { ...common, kind: '分账', number: '3000', voucher: '3600', remark: '供货' }
  const returned = { ...common, kind: '分账回退', number: '3008', voucher: 'R1', remark: '退货' }
  expect(booked).toEqual([
    { ...shared, mchid: '1900000002', amount: -300 },
    { ...shared, mchid: '1900000109', amount: 300 },
    { ...shared, mchid: '1900000002', amount: -20 },
    { ...returned, mchid: '1900000109', amount: -50 },
    { ...returned, mchid: '1900000002', amount: 50 },
  ])
})

test.for([
  [0, '0.00'],
  [1, '0.01'],
  [-1, '-0.01'],
  [12_345, '123.45'],
  [-100, '-1.00'],
  [Number.MAX_SAFE_INTEGER, '90071992547409.91'],
] as const)('%i fen are %s yuan', ([fen, text]) => {
  expect(yuan(fen)).toBe(text)
})
