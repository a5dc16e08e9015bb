import { requests } from '../../../engine/state/request-numbers.ts'
import type { Transaction } from '../../../engine/state/store.ts'

/**
 * Order numbers that were closed before there was an order for them, which uses them up (pay-family.md 2.7). They are kept as request numbers
 * of closing that took effect.
 */

const CLOSING = 'closeOrder'

/** Keeps that a number was closed before there was an order for it. */
export async function useUp(tx: Transaction, mchid: string, outTradeNo: string, now: number): Promise<void> {
  if (await isUsedUp(tx, mchid, outTradeNo)) return
  await tx.in(requests).save({ mchid, operation: CLOSING, requestNo: outTradeNo, values: [], at: now })
}

export async function isUsedUp(tx: Transaction, mchid: string, outTradeNo: string): Promise<boolean> {
  return (await tx.in(requests).find(mchid, CLOSING, outTradeNo)) !== undefined
}
