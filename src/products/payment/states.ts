import type { ControlOf } from '../../control/client/client.ts'
import { defineState, type Scene } from '../../provider-states/state.ts'
import type { PaymentCalls } from './calls.ts'
import type { orders } from './orders/table.ts'
import type { routes } from './routes.ts'

type Control = ControlOf<
  readonly [
    {
      readonly tables: readonly [typeof orders]
      readonly routes: typeof routes
      readonly calls: () => Promise<PaymentCalls>
    },
  ]
>

/** The states of contracts that are about orders. */
export const states = {
  'an order exists': defineState({ out_trade_no: 'MCH_102233445' }, (order, { control }: Scene<Control>) =>
    control.addOrder(order),
  ),
} as const

type States = typeof states

/** A name for the type, which declarations mention instead of every member. */
export interface PaymentStates extends States {}
