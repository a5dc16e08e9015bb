import { z } from 'zod'
import { documentedEvent } from '../../catalogue/documented-event.ts'
import { shownInstant, shownNumber } from '../../catalogue/fields.ts'
import { callbackOf } from '../../engine/callbacks/event.ts'
import {
  notifications,
  type OutboxContext,
  putIntoOutbox,
  untoldCallback,
} from '../../engine/callbacks/notifications.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { orders } from '../payment/index.ts'
import { sharingAccountOf } from './receivers.ts'
import {
  payerOf,
  receiptsOf,
  receivedShares,
  type SharedPart,
  type SharingOrder,
  type SharingReturn,
  sharingNumber,
  sharingOrders,
} from './sharing-orders.ts'
import { isOwn, sumsOf } from './sharing-rules.ts'

/** The page requires what only one of its two readers has. */
const resource = z
  .object({
    sp_mchid: z.string().optional().describe('only of a partner, as sub_mchid'),
    sub_mchid: z.string().optional(),
    mchid: z.string().optional().describe('only of a direct merchant'),
    transaction_id: z.string(),
    order_id: z.string().describe('return_id of a return'),
    out_order_no: z.string().describe('out_return_no of a return'),
    receiver: z.object({
      type: z.enum(['MERCHANT_ID', 'PERSONAL_OPENID']),
      account: z.string(),
      amount: shownNumber({ min: 1 }),
      description: z.string(),
    }),
    success_time: shownInstant,
  })
  .meta({ id: 'SharingEvent' })

/** 分账动账通知: a merchant got a share of an order, or gave one back. */
export const shareArrived = documentedEvent('profit-sharing TRANSACTION.SUCCESS', {
  id: 'shareArrived',
  resource,
  name: 'TRANSACTION.SUCCESS/profit-sharing',
  label: { en: 'a receiver was paid a share of an order', zh: '分账动账' },
  description: 'A merchant got a share of an order, or gave one back',
  find: async (tx, mchid) => ({ url: (await sharingAccountOf(tx, mchid)).notify_url }),
  sample: ({ mchid, now, ids }) => ({
    mchid: ids.digits(10),
    transaction_id: `4200${ids.digits(24)}`,
    order_id: sharingNumber('order_id', ids, now),
    out_order_no: `SHARE_${ids.digits(12)}`,
    receiver: { type: 'MERCHANT_ID', account: mchid, amount: 100, description: '分账' },
    success_time: now,
  }),
})

/** The members by which a callback names the parties of a share or a return. */
function parties({ mchid, sub_mchid }: Pick<SharingOrder, 'mchid' | 'sub_mchid'>) {
  return sub_mchid === undefined ? { mchid } : { sp_mchid: mchid, sub_mchid }
}

/**
 * Keeps a share, by which its receivers find it, its order with the sums of all its shares, and the callbacks that are due when its receivers have their money: to merchants that have
 * an address for them, other than the payer (pay-family.md 7.9). Those of receivers whose result has changed take the place of earlier ones.
 *
 * @returns the share with the ids of its callbacks
 */
export async function keepSharing(tx: Transaction, share: SharingOrder, context: OutboxContext): Promise<SharingOrder> {
  const receivers: SharedPart[] = []
  for (const one of share.receivers) receivers.push(await toldOf(tx, share, one, context))
  const kept = { ...share, receivers }
  const { mchid, out_order_no, out_trade_no, transaction_id } = kept
  const order = await tx.in(orders).find(mchid, out_trade_no)
  // The journal would take a row that is read once it is saved for one that was found.
  const shares = await tx.in(sharingOrders).where('transaction_id', transaction_id, mchid)
  const others = shares.filter((one) => one.out_order_no !== out_order_no)
  await tx.in(sharingOrders).save(kept)
  for (const received of receiptsOf(kept)) await tx.in(receivedShares).save(received)
  if (order) await tx.in(orders).save({ ...order, sharing: sumsOf([...others, kept], context.now) })
  return kept
}

async function toldOf(
  tx: Transaction,
  share: SharingOrder,
  part: SharedPart,
  context: OutboxContext,
): Promise<SharedPart> {
  const { notification_id, type, account, amount, description, finish_time, fail_reason } = part
  const planned = await untoldCallback(tx, account, notification_id)
  const isRight = planned?.happensAt === finish_time && fail_reason === undefined
  if (notification_id !== undefined && (!planned || isRight)) return part
  if (planned) await tx.in(notifications).delete(account, planned.id)
  const { notification_id: _, ...untold } = part
  if (type !== 'MERCHANT_ID' || fail_reason !== undefined || isOwn(part, payerOf(share))) return untold
  const { notify_url: url } = await sharingAccountOf(tx, account)
  if (url === undefined) return untold
  const { transaction_id, order_id, out_order_no } = share
  const told = shareArrived.content({
    ...parties(share),
    transaction_id,
    order_id,
    out_order_no,
    receiver: { type, account, amount, description },
    success_time: finish_time,
  })
  const callback = callbackOf(shareArrived, { mchid: account, url, resource: told, dueAt: finish_time })
  return { ...untold, notification_id: (await putIntoOutbox(tx, callback, context)).id }
}

/** Tells the merchant that gave a share back, if it has an address for that. */
export async function tellReturn(
  tx: Transaction,
  one: SharingReturn & { readonly finish_time: number },
  context: OutboxContext,
): Promise<void> {
  const { return_mchid, transaction_id, return_id, out_return_no, amount, description, finish_time } = one
  const { notify_url: url } = await sharingAccountOf(tx, return_mchid)
  if (url === undefined) return
  const told = shareArrived.content({
    ...parties(one),
    transaction_id,
    order_id: return_id,
    out_order_no: out_return_no,
    receiver: { type: 'MERCHANT_ID', account: payerOf(one), amount, description },
    success_time: finish_time,
  })
  const callback = callbackOf(shareArrived, { mchid: return_mchid, url, resource: told })
  await putIntoOutbox(tx, { ...callback, summary: '分账回退' }, context)
}
