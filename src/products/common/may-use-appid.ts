import type { Merchant } from '../../engine/keys/merchants.ts'

/** Whether an appid is bound to one of some merchants: the caller, and where there is a batch, its owner. A merchant without a list has any. */
export function mayUseAppid(appid: string, merchants: readonly (Merchant | undefined)[]): boolean {
  return merchants.some(
    (merchant) => merchant !== undefined && (merchant.appids.length === 0 || merchant.appids.includes(appid)),
  )
}
