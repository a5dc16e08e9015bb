import { describe, expect } from 'vitest'
import type { Mock } from '../../src/engine/mock.ts'
import { associateTradeInfo, createRefund, queryUserCoupon, useCoupon } from '../../src/products/operations.ts'
import { test, transports } from '../helpers/world.ts'

const LIMITED = { status: 429, body: { code: 'FREQUENCY_LIMITED', message: '频率限制' } }
const LINK = { stock_id: '100088', coupon_code: 'NONE', out_trade_no: 'T', out_request_no: 'R' }

/** Counts calls up to the last that a second takes. */
async function allButOne({ rateLimiter, clock }: Mock): Promise<void> {
  for (let i = 0; i < 499; i++) await rateLimiter.take(associateTradeInfo, '1900000001', clock.now())
}

describe.for(transports)('rates over %s', (transport) => {
  test.override('transport', transport)

  test('are not looked at unless they are switched on', async ({ mock, merchant }) => {
    await allButOne(mock)

    expect(await merchant.call(associateTradeInfo, LINK)).toMatchObject({ status: 400 })
    expect(await merchant.call(associateTradeInfo, LINK)).toMatchObject({ status: 400 })
  })

  describe('when they are on', () => {
    test.override('options', { rateLimit: 'on' })

    test('the 501st call of a second is refused, signed, with the reason in the journal', async ({
      mock,
      merchant,
      control,
    }) => {
      mock.clock.freeze()
      await allButOne(mock)
      expect(await merchant.call(associateTradeInfo, LINK)).toMatchObject({ status: 400 })

      const answer = await merchant.request({ target: associateTradeInfo.path, body: LINK })

      expect({ status: answer.status, body: answer.body }).toEqual(LIMITED)
      expect(answer.serialNo).toBe(mock.platform.certificates[0].serialNo)
      expect(answer.header('Request-ID')).toMatch(/-268447840$/)
      expect((await control.journal()).at(-1)).toMatchObject({
        code: 'FREQUENCY_LIMITED',
        remarks: [
          {
            about: 'refusal',
            error: 'rate_limited',
            text: "associateTradeInfo takes 500 calls of a merchant in a second; the next are taken from 2026-11-25T12:00:01+08:00 by the mock's clock.",
          },
        ],
      })
    })

    test('while the clock stands still so does the second; then calls are taken again', async ({
      mock,
      merchant,
      control,
    }) => {
      mock.clock.freeze()
      await allButOne(mock)
      await merchant.call(associateTradeInfo, LINK)
      expect(await merchant.call(associateTradeInfo, LINK)).toEqual(LIMITED)
      expect(await merchant.call(associateTradeInfo, LINK)).toEqual(LIMITED)

      await control.advance(1)

      expect(await merchant.call(associateTradeInfo, LINK)).toMatchObject({ status: 400 })
    })

    test('after six refunds that failed in a second the seventh call is refused, though it would be right', async ({
      mock,
      merchant,
      control,
    }) => {
      mock.clock.freeze()
      await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100 })
      const amount = { refund: 10, total: 100, currency: 'CNY' }
      const right = { out_trade_no: 'ORDER_0001', out_refund_no: 'R1', amount }
      const wrong = { ...right, out_refund_no: 'R2', out_trade_no: 'ORDER_0002' }
      expect(await merchant.call(createRefund, right)).toMatchObject({ status: 200 })
      for (let i = 0; i < 6; i++) expect(await merchant.call(createRefund, wrong)).toMatchObject({ status: 404 })

      expect(await merchant.call(createRefund, right)).toEqual(LIMITED)
      expect((await control.journal()).at(-1)?.remarks[0]?.text).toContain('createRefund takes 6 failing calls')
      await control.advance(1)
      expect(await merchant.call(createRefund, right)).toMatchObject({ status: 200 })
    })

    test('another merchant, and other calls of the same one, are served', async ({
      mock,
      merchant,
      others,
      clientOf,
    }) => {
      mock.clock.freeze()
      await allButOne(mock)
      await merchant.call(associateTradeInfo, LINK)
      const partner = await clientOf(others.partner)

      expect(await partner.call(associateTradeInfo, LINK)).toMatchObject({ status: 400 })
      expect(await merchant.call(useCoupon, {})).toMatchObject({ body: { code: 'PARAM_ERROR' } })
      expect(await merchant.call(queryUserCoupon, { openid: 'o', coupon_code: 'c', appid: 'a' })).toMatchObject({
        status: 404,
      })
    })

    test('calls that are not let in do not count, and a planned fault waits for one that is', async ({
      mock,
      merchant,
      control,
    }) => {
      mock.clock.freeze()
      await allButOne(mock)
      await merchant.call(associateTradeInfo, LINK, { authorization: undefined })
      expect(await merchant.call(associateTradeInfo, LINK)).toMatchObject({ status: 400 })
      await control.planFault({ error: 'system_error' })

      expect(await merchant.call(associateTradeInfo, LINK)).toEqual(LIMITED)

      expect(await control.faults()).toHaveLength(1)
      await control.advance(1)
      expect(await merchant.call(associateTradeInfo, LINK)).toMatchObject({ status: 500 })
    })

    test.for([[undefined], ['1900000001']])(
      'a reset (of %s) forgets what was counted',
      async ([mchid], { mock, merchant, control }) => {
        mock.clock.freeze()
        await allButOne(mock)
        await merchant.call(associateTradeInfo, LINK)
        expect(await merchant.call(associateTradeInfo, LINK)).toEqual(LIMITED)
        await control.addCoupon({ stock_id: '100088', coupon_code: 'C' })

        await control.reset(mchid)

        expect(await merchant.call(associateTradeInfo, LINK)).toMatchObject({ status: 400 })
      },
    )

    test('they can be switched off while the mock runs', async ({ mock, merchant, control }) => {
      mock.clock.freeze()
      await allButOne(mock)
      await merchant.call(associateTradeInfo, LINK)
      await control.changeSettings({ rate_limit: 'off' })

      expect(await merchant.call(associateTradeInfo, LINK)).toMatchObject({ status: 400 })
    })
  })
})
