import type { ExchangeJsonOf } from '../../control/answer-format.ts'
import type { SettingDefinitions } from '../../engine/settings.ts'
import type { RequestJson, requests } from '../../engine/state/request-numbers.ts'
import type { RecordedCall, StateInRecordings } from '../../provider-states/state.ts'
import type { Texts } from '../../shared/texts.ts'
import type { CompletedCoupon, coupons } from './coupons.ts'
import type { merchantCouponSettings } from './settings.ts'
import type { CompletedStock, stocks } from './stocks.ts'

/** How recordings know the states of batches and coupons again, and what they call them. */

type Tables = typeof stocks | typeof coupons | typeof requests
type Before = ExchangeJsonOf<Tables, SettingDefinitions & typeof merchantCouponSettings>['before']
type Call = RecordedCall<Before>

/** Of a state with some parameters. */
export type Recorded<Name extends PropertyKey = never> = StateInRecordings<{ readonly [One in Name]: string }, Before>

/** A batch that fits, and what it is then. */
export function recordedBatch(
  fits: (stock: CompletedStock, call: Call) => boolean,
  thing: Texts,
): Recorded<'stock_id'> {
  return {
    found: (call) => call.before.stocks.filter((one) => fits(one, call)).map(({ stock_id }) => ({ stock_id })),
    things: () => [thing],
  }
}

export const isUsedUp = ({ sent, stock_send_rule }: CompletedStock): boolean =>
  sent.total >= stock_send_rule.max_coupons

export const hasEnded = ({ coupon_use_rule }: CompletedStock, { at }: Call): boolean =>
  Date.parse(coupon_use_rule.coupon_available_time.available_end_time) <= at

type CouponParameter = 'stock_id' | 'coupon_code' | 'openid'

/** A coupon of the caller in a state. */
export function recordedCoupon(state: CompletedCoupon['state'], thing: Texts): Recorded<CouponParameter> {
  return {
    found: ({ mchid, before }) =>
      before.coupons
        .filter((one) => one.mchid === mchid && one.state === state && one.associate_out_trade_no === undefined)
        .map(named),
    things: () => [thing],
  }
}

/** The same, linked to an order. */
export function recordedLink(
  state: CompletedCoupon['state'],
  thing: (order: Texts) => Texts,
): Recorded<CouponParameter | 'out_trade_no'> {
  return {
    found: ({ mchid, before }) =>
      before.coupons.flatMap((one) => {
        const { associate_out_trade_no: out_trade_no } = one
        const fits = one.mchid === mchid && one.state === state && out_trade_no !== undefined
        return fits ? [{ ...named(one), out_trade_no }] : []
      }),
    things: ({ out_trade_no }, { asked }) => [
      thing(
        asked.out_trade_no === undefined
          ? { en: 'an order', zh: '订单' }
          : asked.out_trade_no === out_trade_no
            ? { en: 'the order', zh: '该订单' }
            : { en: 'another order', zh: '其他订单' },
      ),
    ],
  }
}

export const anothersCoupon: Recorded<CouponParameter | 'mchid'> = {
  found: ({ mchid, before }) =>
    before.coupons.filter((one) => one.mchid !== mchid).map((one) => ({ ...named(one), mchid: one.mchid })),
  things: () => [{ en: "another merchant's coupon", zh: '其他商户的券' }],
}

export const noCoupon: Recorded<CouponParameter> = {
  missing: ({ before, asked, error }) =>
    before.coupons.length === 0 && asked.coupon_code !== undefined && error === 'not_found',
  things: () => [{ en: 'a coupon that does not exist', zh: '不存在的券' }],
}

export const checkedOrders: Recorded = { found: ({ before }) => (before.settings.orders === 'known' ? [{}] : []) }

/** A request number that took effect, by what the values are that it came with. */
export function recordedNumber<Name extends string>(
  operation: string,
  parametersOf: (request: RequestJson) => Readonly<Record<Name | 'stock_id' | 'coupon_code', string>>,
): Recorded<Name | CouponParameter> {
  return {
    found: ({ before }) =>
      before.requests
        .filter((request) => request.operation === operation)
        .map((request) => {
          const parameters = parametersOf(request)
          const coupon = before.coupons.find(
            (one) => one.stock_id === parameters.stock_id && one.coupon_code === parameters.coupon_code,
          )
          return { ...parameters, ...(coupon && { openid: coupon.openid }) }
        }),
    circumstances: { en: 'with a request number that was used', zh: '请求单号已用过' },
  }
}

function named({ stock_id, coupon_code, openid }: CompletedCoupon) {
  return { stock_id, coupon_code, openid }
}
