import { describe, expect } from 'vitest'
import { associateTradeInfo, createRefund, sendCoupon } from '../../src/products/operations.ts'
import { createMerchantClient, type MerchantClientOptions } from '../../src/testing/merchant-client.ts'
import { NOON, STOCK_ID, test, transports } from '../helpers/world.ts'

const MANY = 200

const times = <Value>(work: (i: number) => Promise<Value>) =>
  Promise.all(Array.from({ length: MANY }, (_, i) => work(i)))

/** Holds requests back until all are signed, so that they reach the mock at once and not one by one as the signatures get done. */
const together = (send: MerchantClientOptions['send']): MerchantClientOptions['send'] => {
  const gate = Promise.withResolvers<void>()
  let ready = 0
  return async (request) => {
    ready += 1
    if (ready === MANY) gate.resolve()
    await gate.promise
    return send(request)
  }
}

/** How often each answer came. */
const tally = (answers: readonly { status: number; body: unknown }[]) => {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const { message = 'done' } = Object(body) as { message?: string }
    const kind = `${status} ${message}`
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}

/** A clock that goes on a little at each look, so that two decisions never have the same time. */
const tickingClock = () => {
  let at = NOON
  return {
    now: () => {
      at += 50
      return at
    },
  }
}

const request = (changes: Record<string, unknown>) => ({
  stock_id: STOCK_ID,
  coupon_code: 'CODE',
  out_trade_no: 'MCH_1',
  out_request_no: 'R-1',
  ...changes,
})

const sending = (changes: Record<string, unknown>) => ({
  stock_id: STOCK_ID,
  openid: 'oUser',
  appid: 'wx1234567889999',
  out_request_no: 'R-1',
  ...changes,
})

describe.for(transports)(`${MANY} calls at once over %s`, (transport) => {
  test.override('transport', transport)
  test.override('options', () => ({ clock: tickingClock() }))
  test.override('merchant', async ({ mock, send, control }) =>
    createMerchantClient({
      credentials: await control.credentials(),
      send: together(send),
      now: () => mock.clock.now(),
    }),
  )

  test('that link a coupon to another order each: exactly one links the coupon', async ({
    merchant,
    seed,
    control,
  }) => {
    await seed.coupon({ coupon_code: 'CODE' })

    const answers = await times((i) =>
      merchant.call(associateTradeInfo, request({ out_trade_no: `MCH_${i}`, out_request_no: `R-${i}` })),
    )

    const winner = answers.findIndex(({ status }) => status === 200)
    const coupon = await control.coupon(STOCK_ID, 'CODE')
    expect(tally(answers)).toEqual({ '200 done': 1, '400 券已关联其他订单': MANY - 1 })
    expect(coupon.associate_out_trade_no).toBe(`MCH_${winner}`)
    expect(coupon.history?.filter(({ event }) => event === 'associated')).toHaveLength(1)
  })

  test('that send out of a budget of 50: exactly 50 users get one', async ({ merchant, seed, control }) => {
    await seed.stock({ stock_send_rule: { max_coupons: 50 } })

    const answers = await times((i) => merchant.call(sendCoupon, sending({ openid: `o${i}` })))

    const { coupons, stocks } = await control.world()
    expect(tally(answers)).toEqual({ '200 done': 50, '403 总预算用完': MANY - 50 })
    expect(coupons).toHaveLength(50)
    expect(new Set(coupons.map(({ coupon_code }) => coupon_code))).toHaveLength(50)
    expect(stocks).toMatchObject([{ sent: { total: 50, today: 50 } }])
  })

  test('that send out of 150 codes that were uploaded: each is handed out once', async ({ merchant, control }) => {
    const codes = Array.from({ length: 150 }, (_, i) => ({ stock_id: STOCK_ID, code: `CODE_${i}` }))
    await control.restore({ stocks: [{ stock_id: STOCK_ID, coupon_code_mode: 'MERCHANT_UPLOAD' }], codes })

    const answers = await times((i) => merchant.call(sendCoupon, sending({ openid: `o${i}` })))

    const given = answers.filter(({ status }) => status === 200).map(({ body }) => JSON.stringify(body))
    expect(tally(answers)).toEqual({ '200 done': 150, '403 总预算用完': MANY - 150 })
    expect(new Set(given)).toHaveLength(150)
    const world = await control.world()
    expect(world.coupons.map(({ coupon_code }) => coupon_code).toSorted()).toEqual(
      codes.map(({ code }) => code).toSorted(),
    )
    expect(world.codes.filter(({ dispatched_time }) => dispatched_time === undefined)).toEqual([])
  })

  test('that refund a fiftieth of an order each: never more than it is worth', async ({ merchant, control, seed }) => {
    await seed.order({ out_trade_no: 'ORDER_0001', total: 100 })

    const answers = await times((i) =>
      merchant.call(createRefund, {
        out_trade_no: 'ORDER_0001',
        out_refund_no: `REFUND_${i}`,
        notify_url: 'https://shop.example.com/refund',
        amount: { refund: 2, total: 100, currency: 'CNY' },
      }),
    )

    const { refunds = [], notifications = [] } = await control.world()
    expect(tally(answers)).toEqual({ '200 done': 50, '400 订单已全额退款': MANY - 50 })
    expect(refunds.reduce((sum, { refund }) => sum + refund, 0)).toBe(100)
    expect(new Set(refunds.map(({ refund_id }) => refund_id)).size).toBe(50)
    expect(notifications).toHaveLength(50)
  })
})
