import { expect, onTestFinished, test } from 'vitest'
import { createMock, type OpenedMock } from '../helpers/engine.ts'
import { NOON } from '../helpers/world.ts'

const HOUR = 3_600_000

/** Makes a control call that has its turn an hour after it came in; `before` is done first. */
async function later<Made>(
  seed: object,
  call: (mock: OpenedMock) => Promise<Made>,
  before: (mock: OpenedMock) => Promise<unknown> = async () => {},
): Promise<Made> {
  let now = NOON
  const mock = createMock({ seed, randomSeed: 'turns', clock: { now: () => now } })
  onTestFinished(() => mock.close())
  // Loads the control calls.
  await mock.control.orders()
  await before(mock)
  const gate = Promise.withResolvers<void>()
  const busy = mock.store.transaction(() => gate.promise)
  const made = call(mock)
  // Whatever comes of it is looked at by the test.
  made.catch(() => {})
  // The call reaches the store, where it waits behind the transaction.
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  now += HOUR
  gate.resolve()
  await busy
  return made
}

const order = (members: object) => ({ orders: [{ out_trade_no: 'O1', total: 100, ...members }] })
const coupon = { coupons: [{ stock_id: '100088', coupon_code: 'C1', expire_time: '2026-11-25T12:30:00+08:00' }] }
const ONE = '2026-11-25T13:00:00+08:00'

test('an order whose time to pay has passed meanwhile is not paid', async () => {
  const seed = order({ state: 'NOTPAY', time_expire: '2026-11-25T12:30:00+08:00' })

  await expect(later(seed, ({ control }) => control.payOrder('O1'))).rejects.toThrow(
    '订单已超过商户设置的最晚支付成功时间',
  )
})

test('a payment has the time of its turn', async () => {
  expect(await later(order({ state: 'NOTPAY' }), ({ control }) => control.payOrder('O1'))).toMatchObject({
    success_time: ONE,
  })
})

test('a refund that has ended meanwhile is not settled', async () => {
  let number = ''
  const settled = later(
    order({ state: 'SUCCESS' }),
    ({ control }) => control.settleRefund(number, { outcome: 'ABNORMAL' }),
    async ({ control }) => {
      number = (await control.refundOrder('O1')).out_refund_no
    },
  )

  await expect(settled).rejects.toThrow('is SUCCESS already')
})

test('a coupon is looked at as it is in its turn', async () => {
  expect(await later(coupon, ({ control }) => control.coupon('100088', 'C1'))).toMatchObject({ state: 'EXPIRED' })
})

test('a coupon is handed out at the time of its turn', async () => {
  const seed = { stocks: [{ stock_id: '100088' }] }

  expect(await later(seed, ({ control }) => control.handOutCoupon('100088'))).toMatchObject({ receive_time: ONE })
})

test('a coupon is changed at the time of its turn', async () => {
  const changed = later(coupon, ({ control }) => control.patchCoupon('100088', 'C1', { state: 'USED' }))

  expect(await changed).toMatchObject({ use_time: ONE })
})

test('what is added is as old as it is by default in its turn', async () => {
  const add = ({ control }: OpenedMock) => control.addOrder({ out_trade_no: 'O2', total: 100 })
  const [before, after] = [await add(createMock({ seed: 'empty', clock: { now: () => NOON } })), await later({}, add)]

  expect(Date.parse(after.create_time)).toBe(Date.parse(before.create_time) + HOUR)
})
