import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  closeOrder,
  createRefund,
  jsapiPrepay,
  queryOrderByOutTradeNo,
  queryRefund,
} from '../../src/products/operations.ts'
import { UsageError } from '../../src/protocol/errors.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { amountOf } from '../helpers/amount.ts'
import { createMock } from '../helpers/engine.ts'
import { NOON } from '../helpers/world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const PREPAY_LIFE = 2 * HOUR
/** When `time_expire` of every order is. */
const PAYABLE_UNTIL = NOON + 6 * HOUR
const OPEN_FOR = 7 * DAY
const SETTLES_AFTER = 5_000
const TOTAL = 100
const mchid = '1900000001'
const out_trade_no = 'ORDER_0001'
const OUTCOMES = ['SUCCESS', 'ABNORMAL', 'CLOSED'] as const

type Command =
  | { readonly do: 'prepay' | 'pay' | 'close' | 'expire' | 'mark' | 'query' }
  | { readonly do: 'refund'; readonly number: string; readonly fen: number }
  | { readonly do: 'settle'; readonly number: string; readonly outcome: (typeof OUTCOMES)[number] }
  | { readonly do: 'advance'; readonly ms: number }

const number = fc.constantFrom('R1', 'R2', 'R3', 'R4')
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('prepay' as const, 'pay' as const, 'query' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('close' as const, 'expire' as const, 'mark' as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('refund' as const), number, fen: fc.constantFrom(1, 30, 50, 60, 100, 101) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('settle' as const), number, outcome: fc.constantFrom(...OUTCOMES) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      ms: fc.constantFrom(1_000, SETTLES_AFTER, MINUTE, HOUR, PREPAY_LIFE, 3 * DAY),
    }),
  },
)

interface ModelRefund {
  readonly fen: number
  settlesAt: number
  outcome: (typeof OUTCOMES)[number]
}

/** The rules of pay-family.md 2 and 5 once more, as plainly as they can be written. Answers are a status, or the state that is shown. */
class Model {
  now = NOON
  #placedAt: number | undefined
  #prepaidAt = 0
  #payableUntil = 0
  #usedUp = false
  #paid = false
  #closed = false
  #paying = false
  readonly refunds = new Map<string, ModelRefund>()

  get state(): string {
    if (this.#placedAt === undefined) return 'NONE'
    if (this.#paid) return this.refunds.size > 0 ? 'REFUND' : 'SUCCESS'
    if (this.#closed || this.now >= this.#placedAt + OPEN_FOR) return 'CLOSED'
    return this.#paying ? 'USERPAYING' : 'NOTPAY'
  }

  status({ settlesAt, outcome }: ModelRefund): string {
    return this.now < settlesAt ? 'PROCESSING' : outcome
  }

  answer(command: Exclude<Command, { do: 'advance' }>): string {
    const { state } = this
    switch (command.do) {
      case 'prepay':
        if (state === 'SUCCESS' || state === 'REFUND') return 'OUT_TRADE_NO_USED'
        if (state === 'CLOSED') return 'ORDER_CLOSED'
        if (this.#usedUp) return 'INVALID_REQUEST'
        if (state === 'NONE') {
          this.#placedAt = this.now
          this.#payableUntil = Math.max(PAYABLE_UNTIL, this.now + MINUTE)
        }
        if (state === 'NONE' || this.now >= this.#prepaidAt + PREPAY_LIFE) this.#prepaidAt = this.now
        return '200'
      case 'pay':
        if (state === 'NONE') return 'MOCK_ORDER_UNKNOWN'
        if (state !== 'NOTPAY' && state !== 'USERPAYING') return 'MOCK_ORDER_STATE'
        if (this.now >= this.#prepaidAt + PREPAY_LIFE) return 'MOCK_PREPAY_ID'
        if (this.now >= this.#payableUntil) return 'MOCK_TIME_TO_PAY'
        this.#paid = true
        return 'SUCCESS'
      case 'close':
        if (state === 'SUCCESS' || state === 'REFUND') return 'ORDER_PAID'
        if (state === 'NONE') this.#usedUp = true
        else this.#closed = true
        return '204'
      case 'expire':
        if (state === 'NONE') return 'MOCK_ORDER_UNKNOWN'
        if (state !== 'NOTPAY' && state !== 'USERPAYING') return 'MOCK_ORDER_STATE'
        this.#payableUntil = Math.min(this.#payableUntil, this.now)
        return state
      case 'mark':
        if (state === 'NONE') return 'MOCK_ORDER_UNKNOWN'
        if (state !== 'NOTPAY' && state !== 'USERPAYING') return 'MOCK_ORDER_STATE'
        this.#paying = true
        return 'USERPAYING'
      case 'query':
        return state === 'NONE' ? 'ORDER_NOT_EXIST' : state
      case 'refund': {
        const existing = this.refunds.get(command.number)
        if (existing) return existing.fen === command.fen ? this.status(existing) : 'INVALID_REQUEST'
        if (state === 'NONE') return 'RESOURCE_NOT_EXISTS'
        if (!this.#paid) return 'RESOURCE_NOT_EXISTS'
        const given = [...this.refunds.values()].filter((refund) => this.status(refund) !== 'CLOSED')
        if (given.reduce((sum, { fen }) => sum + fen, command.fen) > TOTAL) return 'INVALID_REQUEST'
        this.refunds.set(command.number, {
          fen: command.fen,
          settlesAt: this.now + SETTLES_AFTER,
          outcome: 'SUCCESS',
        })
        return 'PROCESSING'
      }
      case 'settle': {
        const refund = this.refunds.get(command.number)
        if (!refund) return 'MOCK_REFUND_UNKNOWN'
        if (this.status(refund) !== 'PROCESSING') return 'MOCK_REFUND_STATE'
        refund.settlesAt = this.now
        refund.outcome = command.outcome
        return command.outcome
      }
    }
  }
}

test('any sequence of calls about an order is answered as the rules say', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 40 }), async (commands) => {
      const mock = createMock({ seed: 'empty', clock: { now: () => NOON }, randomSeed: 'orders' })
      // Callbacks stay in the outbox as they were put there.
      await mock.outbox.stop()
      const { control } = mock
      const client = createMerchantClient({
        credentials: await control.credentials(),
        send: (request) => mock.handle(request),
        now: () => mock.clock.now(),
      })
      const model = new Model()
      const orRefusal = async (shown: Promise<string>) =>
        shown.catch((error: unknown) => {
          if (error instanceof UsageError) return error.code
          throw error
        })
      const answerOf = async (call: ReturnType<typeof client.call>, member?: string) => {
        const { status, body } = await call
        return String(status >= 400 ? Object(body).code : member === undefined ? status : Object(body)[member])
      }
      const perform = (command: Exclude<Command, { do: 'advance' }>): Promise<string> => {
        switch (command.do) {
          case 'prepay':
            return answerOf(
              client.call(jsapiPrepay, {
                appid: 'wxd678efh567hg6787',
                mchid,
                description: '测试商品',
                out_trade_no,
                time_expire: '2026-11-25T18:00:00+08:00',
                notify_url: 'https://shop.example.com/pay',
                amount: { total: TOTAL },
                payer: { openid: 'oUser' },
              }),
            )
          case 'pay':
            return orRefusal(control.payOrder(out_trade_no).then(({ state }) => state))
          case 'close':
            return answerOf(client.call(closeOrder, { out_trade_no, mchid }))
          case 'mark':
            return orRefusal(control.markOrder(out_trade_no, { state: 'USERPAYING' }).then(({ state }) => state))
          case 'expire':
            return orRefusal(control.expireOrder(out_trade_no).then(({ state }) => state))
          case 'query':
            return answerOf(client.call(queryOrderByOutTradeNo, { out_trade_no, mchid }), 'trade_state')
          case 'refund':
            return answerOf(
              client.call(createRefund, {
                out_trade_no,
                out_refund_no: command.number,
                notify_url: 'https://shop.example.com/refund',
                amount: { refund: command.fen, total: TOTAL, currency: 'CNY' },
              }),
              'status',
            )
          case 'settle':
            return orRefusal(
              control.settleRefund(command.number, { outcome: command.outcome }).then(({ status }) => status),
            )
        }
      }

      for (const command of commands) {
        if (command.do === 'advance') {
          model.now += command.ms
          mock.clock.advance(command.ms)
          continue
        }
        expect({ command, answer: await perform(command) }).toEqual({ command, answer: model.answer(command) })
      }
      for (const [out_refund_no, refund] of model.refunds) {
        expect(await answerOf(client.call(queryRefund, { out_refund_no }), 'status')).toBe(model.status(refund))
      }
      const { notifications, refunds } = await control.world()
      expect(notifications.map(({ event_type }) => event_type).toSorted()).toEqual(
        [
          ...(['SUCCESS', 'REFUND'].includes(model.state) ? ['TRANSACTION.SUCCESS'] : []),
          ...[...model.refunds.values()].map(({ outcome }) => `REFUND.${outcome}`),
        ].toSorted(),
      )
      for (const { notification_id, settle_time } of refunds) {
        expect(notifications.find(({ id }) => id === notification_id)?.due_time).toBe(settle_time)
      }
    }),
    { numRuns: amountOf(150) },
  )
})
