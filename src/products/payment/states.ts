import type { ControlOf } from '../../control/client/client.ts'
import { UsageError } from '../../protocol/errors.ts'
import { formatInstant } from '../../protocol/instant.ts'
import { defineState, type Scene, type StateParameters } from '../../provider-states/state.ts'
import type { PaymentCalls } from './calls.ts'
import type { OrderJson, orders } from './orders/table.ts'
import type { RefundJson, refunds } from './refunds/table.ts'
import type { routes } from './routes.ts'

type Control = ControlOf<
  readonly [
    {
      readonly tables: readonly [typeof orders, typeof refunds]
      readonly routes: typeof routes
      readonly calls: () => Promise<PaymentCalls>
    },
  ]
>

/** A state, set up by a control that has the calls of payment. */
const state = <Parameters extends StateParameters>(
  parameters: Parameters,
  setUp: (parameters: { readonly [Name in keyof Parameters]: string }, scene: Scene<Control>) => Promise<unknown>,
) => defineState(parameters, setUp)

/** Amounts in fen. */
const ORDER = { out_trade_no: 'MCH_102233445', total: '10000', openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' } as const
const PAID = { ...ORDER, transaction_id: '4200002157202601051234567890' } as const
const REFUND = {
  ...PAID,
  out_refund_no: 'REFUND_102233445',
  refund_id: '50302109712026010512345678901',
  refund: '10000',
} as const

/** An order in a state; of one that was paid, `transaction_id` stands beside the rest. */
const orderIn = (
  state: NonNullable<OrderJson['state']>,
  { total, ...order }: { readonly [Name in keyof typeof ORDER]: string },
) => ({
  ...order,
  state,
  total: fenOf({ total }),
})

/** @throws UsageError `MOCK_STATE_PARAMETER` for anything but a whole number */
function fenOf(parameter: Readonly<Record<string, string>>): number {
  const [[name, text] = ['', '']] = Object.entries(parameter)
  if (/^\d+$/.test(text)) return Number(text)
  throw new UsageError('MOCK_STATE_PARAMETER', {
    en: `The parameter ${name} is an amount in fen, a whole number, and not "${text}".`,
    zh: `参数 ${name} 是以分为单位的金额，须为整数，不能是“${text}”。`,
  })
}

const DAY = 24 * 3_600_000

/** A refund of a paid order that came to an end a minute ago, or does so tomorrow. */
const refundThat = (outcome: RefundJson['outcome'], settles: 'a minute ago' | 'tomorrow' = 'a minute ago') =>
  state(REFUND, async ({ out_refund_no, refund_id, refund, ...order }, { control }) => {
    const { out_trade_no, transaction_id, total } = order
    await control.addOrder(orderIn('REFUND', order))
    const now = Date.parse((await control.clock()).now)
    const made: RefundJson = {
      out_refund_no,
      refund_id,
      out_trade_no,
      transaction_id,
      refund: fenOf({ refund }),
      total: fenOf({ total }),
      outcome,
      create_time: formatInstant(now - 120_000),
      settle_time: formatInstant(settles === 'tomorrow' ? now + DAY : now - 60_000),
    }
    // Only the whole world takes a refund with numbers of one's own.
    const world = await control.world()
    await control.restore({ ...world, refunds: [...world.refunds, made] })
  })

/** The states of contracts that are about orders and refunds. */
export const states = {
  'an order exists': state({ out_trade_no: ORDER.out_trade_no }, (order, { control }) => control.addOrder(order)),
  'an order is unpaid': state(ORDER, (order, { control }) => control.addOrder(orderIn('NOTPAY', order))),
  'an order is paid': state(PAID, (order, { control }) => control.addOrder(orderIn('SUCCESS', order))),
  'an order is closed': state(ORDER, async (order, { control }) => {
    const { now } = await control.clock()
    await control.addOrder({ ...orderIn('CLOSED', order), closed_time: now })
  }),
  'an order is refunded': refundThat('SUCCESS'),
  'a refund is processing': refundThat('SUCCESS', 'tomorrow'),
  'a refund is closed': refundThat('CLOSED'),
  'a refund is abnormal': refundThat('ABNORMAL'),
} as const

type States = typeof states

/** A name for the type, which declarations mention instead of every member. */
export interface PaymentStates extends States {}
