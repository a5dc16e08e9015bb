import {
  defineProduct,
  type Gateway,
  type GatewayAuthentication,
  type StoryContext,
  type StoryStep,
} from '../../engine/product.ts'
import { keepEnded } from '../../engine/state/endings.ts'
import { commonErrors } from '../../wire/protocol/common-errors.ts'
import { users } from '../platform/index.ts'
import { cashierPage } from './cashier.ts'
import { paymentCodes } from './code-payments.ts'
import type { PaymentCalls } from './control-calls.ts'
import * as operations from './operations.ts'
import { appidOf, BANK_TYPE, paymentEvents } from './order-events.ts'
import { payAsUser } from './order-payment.ts'
import { endedBefore } from './order-rules.ts'
import { aboutOrder, type Order, orders, payeeOf, sumOf } from './orders.ts'
import { refundEvents } from './refund-events.ts'
import { settledBefore } from './refund-rules.ts'
import { payerOf, type Refund, refunds, takenAt, takenFrom } from './refunds.ts'
import { routes } from './routes.ts'
import { type PaymentSettings, paymentSettings } from './settings.ts'
import type { PaymentStates } from './states.ts'

/**
 * Its own texts are observed on orders; that combined orders have the same gateway is inferred. Refunds, bills and profit sharing are behind
 * the common one (observed for refunds and bills, inferred for profit sharing; corrections 5).
 */
const PAY_PATH = /^\/v3\/(?:pay|combine-transactions)\//

const unknownCallers: GatewayAuthentication = {
  // Seen of User-Agent; that Accept is not looked at either is inferred, since the check is one.
  headers: 'optional',
  // Four refusals of an unknown merchant were seen without it; the vendor shows one of a signature with it.
  requestId: 'known_callers',
  authorizationMissing: commonErrors.authorization_missing_pay,
  mchidUnknown: commonErrors.mchid_unknown_pay,
}

const onPay: Gateway = {
  authentication: {
    ...unknownCallers,
    serialUnknown: commonErrors.serial_unknown_pay,
    signatureMismatch: commonErrors.signature_mismatch_pay,
  },
  publicKeyUnknown: commonErrors.platform_public_key_unknown_pay,
  mchidDiffers: commonErrors.mchid_differs,
  errors: { rate_limited: commonErrors.rate_limited_pay, system_error: commonErrors.system_error_pay },
}

/** Closing an order words a serial and a signature as all other paths do: the test vectors show it so. */
const onClose: Gateway = { ...onPay, authentication: unknownCallers }

/** The gateway of pay endpoints, whether or not the mock has the call. @internal */
export function payGateway(path: string): Gateway | undefined {
  if (!PAY_PATH.test(path)) return undefined
  return path.endsWith('/close') ? onClose : onPay
}

/** Orders (订单) and refunds (退款). */
export const payment = defineProduct({
  id: 'payment',
  title: { en: 'Payment', zh: '支付' },
  operations: Object.values(operations),
  gatewayAt: payGateway,
  events: [...Object.values(paymentEvents), ...Object.values(refundEvents)],
  tables: [orders, refunds, paymentCodes, users],
  async keepEnds(tx, setBack) {
    await keepEnded(tx, orders, tx.in(orders).list(), (order) => endedBefore(order, setBack))
    await keepEnded(tx, refunds, tx.in(refunds).list(), (refund) => settledBefore(refund, setBack))
  },
  settings: paymentSettings as PaymentSettings,
  routes,
  things: async () => (await import('./control-calls.ts')).things,
  calls: async (): Promise<PaymentCalls> => (await import('./control-calls.ts')).calls,
  pages: [cashierPage],
  states: async (): Promise<PaymentStates> => (await import('./states.ts')).states,
  story: (_, context) => orderStory(context).steps,
})

/** A cup of coffee is ordered inside WeChat and paid, and the shop is told. With the order's number and who pays it, for stories that go on. */
export function orderStory({ mchid, ids, appid, notifyUrl, settings }: StoryContext) {
  const outTradeNo = `STORY_${ids.digits(10)}`
  const openid = `o${ids.letters(27)}`
  const steps: readonly StoryStep[] = [
    {
      call: {
        method: 'POST',
        path: operations.jsapiPrepay.path,
        body: JSON.stringify({
          appid,
          mchid,
          description: '拿铁咖啡',
          out_trade_no: outTradeNo,
          notify_url: notifyUrl,
          amount: { total: 2_900, currency: 'CNY' },
          payer: { openid },
        }),
      },
    },
    {
      async happens(tx, surroundings) {
        const order = await tx.in(orders).find(mchid, outTradeNo)
        // The call before may have been refused, as the settings have it.
        if (order) await payAsUser(tx, order, {}, { ...surroundings, settings })
      },
    },
  ]
  return { outTradeNo, openid, steps }
}

export { sharedAt } from './frozen-money.ts'
export { feeOf, feeRateOf, isPaid, type PaidOrder, settlementTotalOf } from './order-rules.ts'
export { completeOrder } from './orders.ts'
export { moneyOf, refundedTotal, refundStatus, unsplitAmount } from './refund-rules.ts'
export { leftInCode, paymentSources } from './sources.ts'
export const { params: orderParams, refusals: orderRefusals, withRow: withOrder } = aboutOrder
export { appidOf, BANK_TYPE, type Order, orders, payeeOf, payerOf, type Refund, refunds, sumOf, takenAt, takenFrom }
