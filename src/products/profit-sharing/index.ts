import { defineProduct, type StoryContext, type StoryStep, storyCall } from '../../engine/product.ts'
import { keepEnded } from '../../engine/state/endings.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { completeOrder, orders, refunds } from '../payment/index.ts'
import { users } from '../platform/index.ts'
import type { ProfitSharingCalls } from './control-calls.ts'
import * as operations from './operations.ts'
import { sharingAccountOf, sharingAccounts, sharingReceivers } from './receivers.ts'
import { routes } from './routes.ts'
import { type ProfitSharingSettings, profitSharingSettings } from './settings.ts'
import { tellUnsplit } from './shaped-shares.ts'
import {
  finishedAt,
  finishedBefore,
  payerOf,
  receivedShares,
  type SharingOrder,
  type SharingReturn,
  sharingOrders,
  sharingReturns,
  succeededAt,
} from './sharing-orders.ts'
import { isOwn, timedOutBefore } from './sharing-rules.ts'
import { shareArrived } from './sharing-store.ts'
import type { ProfitSharingStates } from './states.ts'

/** 分账: the money of an order is shared with others than its merchant. */
export const profitSharing = defineProduct({
  id: 'profit-sharing',
  title: { en: 'Profit sharing', zh: '分账' },
  operations: Object.values(operations),
  events: [shareArrived],
  tables: [sharingAccounts, sharingReceivers, sharingOrders, receivedShares, sharingReturns, orders, refunds, users],
  settings: profitSharingSettings as ProfitSharingSettings,
  async keepEnds(tx, setBack) {
    await keepEnded(tx, sharingOrders, tx.in(sharingOrders).list(), (share) => finishedBefore(share, setBack))
    await keepEnded(tx, sharingReturns, tx.in(sharingReturns).list(), (one) => timedOutBefore(one, setBack))
  },
  tell: tellUnsplit,
  notifyUrlOf: async (tx, mchid) => (await sharingAccountOf(tx, mchid)).notify_url,
  routes,
  things: async () => (await import('./control-calls.ts')).things,
  calls: async (): Promise<ProfitSharingCalls> => (await import('./control-calls.ts')).calls,
  states: async (): Promise<ProfitSharingStates> => (await import('./states.ts')).states,
  story,
})

/** An order was paid an hour ago: a person is added, gets a share, cannot get another third, and what is left is unfrozen. */
async function story(tx: Transaction, { mchid, now, ids, appid }: StoryContext): Promise<readonly StoryStep[]> {
  const order = completeOrder({ appid, profit_sharing: true }, { now, ids, defaultMchid: mchid })
  await tx.in(orders).save(order)
  const { transaction_id } = order
  // A merchant would need its name, encrypted.
  const receiver = { type: 'PERSONAL_OPENID', account: `o${ids.digits(27)}` }
  const share = (amount: number) =>
    storyCall(operations.createSharing, {
      appid,
      transaction_id,
      out_order_no: `STORY_${ids.digits(10)}`,
      receivers: [{ ...receiver, amount, description: '合伙人分账' }],
      unfreeze_unsplit: false,
    })
  return [
    storyCall(operations.addReceiver, { ...receiver, appid, relation_type: 'PARTNER' }),
    share(2_000),
    share(3_000),
    storyCall(operations.unfreezeOrder, {
      transaction_id,
      out_order_no: `STORY_${ids.digits(10)}`,
      description: '解冻全部剩余资金',
    }),
  ]
}

export {
  finishedAt,
  isOwn,
  payerOf,
  receivedShares,
  type SharingOrder,
  type SharingReturn,
  sharingOrders,
  sharingReturns,
  succeededAt,
}
