import type { NamedThing, Told } from '../../engine/operation.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { isJsonObject } from '../../wire/protocol/json-object.ts'
import { orders } from '../payment/index.ts'
import { withAmounts } from './sharing-checks.ts'

/**
 * Tells calls without rules, such as those of 电商收付通 and 连锁品牌分账, how much of an order of the mock is left to share: what the rules say, less what
 * the shaped calls of that product have shared. Of an order that the mock does not have, all that was told is shared.
 */
export async function tellUnsplit(
  tx: Transaction,
  { mchid, name, value, members, remembered, now }: NamedThing,
): Promise<Told> {
  if (name !== 'transaction_id' || !members.includes('unsplit_amount')) return undefined
  const shares = (await remembered('out_order_no')).filter(({ transaction_id }) => transaction_id === value)
  const [order] = await tx.in(orders).where('transaction_id', value, mchid)
  if (!order?.profit_sharing) return shares.length > 0 ? { unsplit_amount: 0 } : null
  const { left } = await withAmounts(tx, order, now)
  const shared = shares.flatMap(({ receivers }) => receivers).reduce<number>((sum, one) => sum + amountOf(one), 0)
  const isFinished = shares.some(({ finish }) => finish === true)
  return { unsplit_amount: isFinished ? 0 : Math.max(0, left - shared) }
}

function amountOf(receiver: unknown): number {
  return isJsonObject(receiver) && typeof receiver.amount === 'number' ? receiver.amount : 0
}
