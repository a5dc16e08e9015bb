import type { z } from 'zod'
import type { ExchangeJsonOf } from '../../control/answer-format.ts'
import type { ControlOf } from '../../control/client/client.ts'
import { callIn, type Given, type StateInRecordings, statesOn } from '../../control/provider-states/state.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { DAY_MS } from '../../wire/shared/china-time.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { fenOf } from '../common/explain.ts'
import type { PaymentCalls } from './control-calls.ts'
import { createRefund, jsapiPrepay, partnerJsapiPrepay } from './operations.ts'
import type { completedOrder, OrderJson, orders } from './orders.ts'
import type { RefundJson, refunds } from './refunds.ts'
import type { routes } from './routes.ts'

type CompletedOrder = z.input<typeof completedOrder>

type Control = ControlOf<
  readonly [
    {
      readonly tables: readonly [typeof orders, typeof refunds]
      readonly routes: typeof routes
      readonly calls: () => Promise<PaymentCalls>
    },
  ]
>

type Recorded<Name extends PropertyKey> = StateInRecordings<
  { readonly [One in Name]: string },
  ExchangeJsonOf<typeof orders | typeof refunds>['before']
>

const state = statesOn<Control, ExchangeJsonOf<typeof orders | typeof refunds>['before']>()

/** Amounts in fen. With `sub_mchid` the caller placed the order as a partner (服务商); with `profit_sharing` true its money waits to be shared (分账). */
const ORDER = {
  out_trade_no: 'MCH_102233445',
  total: '10000',
  openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  sub_mchid: '',
  profit_sharing: 'false',
} as const
const PAID = { ...ORDER, transaction_id: '4200002157202601051234567890' } as const
const REFUND = {
  ...PAID,
  out_refund_no: 'REFUND_102233445',
  refund_id: '50302109712026010512345678901',
  refund: '10000',
} as const

const APPID = 'wx1234567889999'

/** An order in a state; of one that was paid, `transaction_id` stands beside the rest. */
const orderIn = (
  state: NonNullable<OrderJson['state']>,
  { total, sub_mchid, profit_sharing, ...order }: Given<typeof ORDER>,
) => ({
  ...order,
  ...(sub_mchid !== '' && { sub_mchid }),
  ...(profit_sharing === 'true' && { profit_sharing: true }),
  state,
  total: fenOf({ total }),
})

/** An order of the caller in a state, which recordings know by it. */
const recordedOrder = (state: CompletedOrder['state'], ...things: readonly Texts[]): Recorded<keyof typeof PAID> => ({
  found: ({ mchid, before }) =>
    before.orders.filter((one) => one.mchid === mchid && one.state === state).map(parametersOf),
  things: () => things,
})

function parametersOf({
  out_trade_no,
  total,
  openid,
  sub_mchid,
  transaction_id,
  profit_sharing,
}: Pick<CompletedOrder, keyof typeof PAID>) {
  return {
    out_trade_no,
    total: String(total),
    ...(openid !== undefined && { openid }),
    ...(sub_mchid !== undefined && { sub_mchid }),
    ...(transaction_id !== undefined && { transaction_id }),
    ...(profit_sharing && { profit_sharing: 'true' }),
  }
}

/** A refund of a paid order that came to an end a minute ago, or does so tomorrow. */
const refundThat = (
  outcome: RefundJson['outcome'],
  settles: 'a minute ago' | 'tomorrow',
  ...things: readonly Texts[]
) =>
  state(
    REFUND,
    async ({ out_refund_no, refund_id, refund, ...order }, { control }) => {
      const { out_trade_no, transaction_id, total, sub_mchid } = order
      await control.addOrder(orderIn('REFUND', order))
      const now = Date.parse((await control.clock()).now)
      const made: RefundJson = {
        out_refund_no,
        refund_id,
        out_trade_no,
        transaction_id,
        ...(sub_mchid !== '' && { sub_mchid }),
        refund: fenOf({ refund }),
        total: fenOf({ total }),
        outcome,
        create_time: formatInstant(now - 120_000),
        settle_time: formatInstant(settles === 'tomorrow' ? now + DAY_MS : now - 60_000),
      }
      // Only the whole world takes a refund with numbers of one's own.
      const world = await control.world()
      await control.restore({ ...world, refunds: [...world.refunds, made] })
    },
    {
      found: ({ mchid, at, before }) => {
        const own = before.refunds.filter((one) => one.mchid === mchid)
        // Who reads an order alone sees of its refund that there is one.
        const unseen = before.orders.filter((one) => one.mchid === mchid && one.state === 'REFUND' && own.length === 0)
        return [
          ...own
            .filter((one) => one.outcome === outcome)
            .filter(({ settle_time }) => Date.parse(settle_time) > at === (settles === 'tomorrow'))
            .map((one) => ({
              ...parametersOf({
                ...one,
                ...before.orders.find(({ out_trade_no }) => out_trade_no === one.out_trade_no),
              }),
              out_refund_no: one.out_refund_no,
              refund_id: one.refund_id,
              refund: String(one.refund),
            })),
          ...(outcome === 'SUCCESS' && settles === 'a minute ago'
            ? unseen.map((order) => ({ ...parametersOf(order), refund: String(order.total) }))
            : []),
        ]
      },
      things: () => things,
    },
  )

/** The states of contracts that are about orders and refunds. */
export const states = {
  'an order exists': state({ out_trade_no: ORDER.out_trade_no }, (order, { control }) => control.addOrder(order), {
    found: ({ mchid, before }) =>
      before.orders.filter((one) => one.mchid === mchid).map(({ out_trade_no }) => ({ out_trade_no })),
  }),
  'an order is unpaid': state(
    ORDER,
    (order, { control }) => control.addOrder(orderIn('NOTPAY', order)),
    recordedOrder('NOTPAY', { en: 'an unpaid order', zh: '未支付的订单' }),
  ),
  'an order is paid': state(
    PAID,
    (order, { control }) => control.addOrder(orderIn('SUCCESS', order)),
    recordedOrder('SUCCESS', { en: 'a paid order', zh: '已支付的订单' }),
  ),
  'an order is closed': state(
    ORDER,
    async (order, { control }) => {
      const { now } = await control.clock()
      await control.addOrder({ ...orderIn('CLOSED', order), closed_time: now })
    },
    recordedOrder('CLOSED', { en: 'a closed order', zh: '已关闭的订单' }),
  ),
  'an order is refunded': refundThat(
    'SUCCESS',
    'a minute ago',
    { en: 'a refunded order', zh: '已退款的订单' },
    { en: 'a refund that arrived', zh: '已到账的退款' },
  ),
  'a refund is processing': refundThat(
    'SUCCESS',
    'tomorrow',
    { en: 'an order whose refund is processing', zh: '退款处理中的订单' },
    { en: 'a refund that is processing', zh: '处理中的退款' },
  ),
  'a refund is closed': refundThat(
    'CLOSED',
    'a minute ago',
    { en: 'an order whose refund was closed', zh: '退款已关闭的订单' },
    { en: 'a refund that was closed', zh: '已关闭的退款' },
  ),
  'a refund is abnormal': refundThat(
    'ABNORMAL',
    'a minute ago',
    { en: 'an order whose refund is abnormal', zh: '退款异常的订单' },
    { en: 'an abnormal refund', zh: '异常的退款' },
  ),

  'an order was placed and paid': state(PAID, async ({ transaction_id, ...order }, scene) => {
    const { out_trade_no, openid, total, sub_mchid, profit_sharing } = order
    const { control, next } = scene
    const { mchid } = await control.credentials(next.mchid)
    const isOfPartner = sub_mchid !== ''
    await callIn(scene, isOfPartner ? partnerJsapiPrepay : jsapiPrepay, {
      ...(isOfPartner ? { sp_appid: APPID, sp_mchid: mchid, sub_mchid } : { appid: APPID, mchid }),
      description: '测试商品',
      out_trade_no,
      notify_url: 'https://shop.example.com/orders',
      settle_info: { profit_sharing: profit_sharing === 'true' },
      amount: { total: fenOf({ total }) },
      payer: { [isOfPartner ? 'sp_openid' : 'openid']: openid },
    })
    await control.payOrder(out_trade_no, { transaction_id })
  }),
  'a refund request was made': state(
    {
      out_trade_no: ORDER.out_trade_no,
      total: ORDER.total,
      sub_mchid: '',
      out_refund_no: REFUND.out_refund_no,
      refund: REFUND.refund,
    },
    async ({ out_trade_no, out_refund_no, refund, total, sub_mchid }, scene) => {
      const { orders } = await scene.control.world()
      if (!orders.some((one) => one.out_trade_no === out_trade_no)) {
        await scene.control.addOrder(orderIn('SUCCESS', { ...ORDER, out_trade_no, total, sub_mchid }))
      }
      await callIn(scene, createRefund, {
        ...(sub_mchid !== '' && { sub_mchid }),
        out_trade_no,
        out_refund_no,
        amount: { refund: fenOf({ refund }), total: fenOf({ total }), currency: 'CNY' },
      })
    },
  ),
} as const

/** A name for the type, which declarations mention instead of every member. */
export interface PaymentStates extends Readonly<typeof states> {}
